const BYTES_SHOWN = 32;
const ITEMS_SHOWN = 5;
const FIELDS_SHOWN = 8;
const DEPTH_MAX = 4;
const TEXT_SHOWN = 200;

/** A value for people: bytes as text where they are text, and nothing longer than a few lines. */
export function show(value: unknown, depth = 0): string {
  if (value instanceof Uint8Array) return showBytes(value);
  if (typeof value === "number") return Object.is(value, -0) ? "-0" : String(value);
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value === "string") return cut(JSON.stringify(value), TEXT_SHOWN);
  if (typeof value !== "object" || value === null) return typeof value === "function" ? "a function" : String(value);
  if (value instanceof Error) return String(value);
  if (depth === DEPTH_MAX) return "…";
  if (Array.isArray(value)) return `[${few(value, ITEMS_SHOWN, (item) => show(item, depth + 1))}]`;
  if (value instanceof Set) return `Set ${show([...value], depth)}`;
  if (value instanceof Map) return `Map ${show([...value], depth)}`;
  return `{${few(Object.entries(value), FIELDS_SHOWN, ([name, field]) => `${name}: ${show(field, depth + 1)}`)}}`;
}

/** `3 bytes "abc"`, `2 bytes 0xff00`. */
function showBytes(bytes: Uint8Array): string {
  const size = bytes.length === 1 ? "1 byte" : `${bytes.length} bytes`;
  if (bytes.length === 0) return size;
  const head = bytes.subarray(0, BYTES_SHOWN);
  const isText = head.every((byte) => byte >= 0x20 && byte < 0x7f);
  const hex = (): string => Array.from(head, (byte) => byte.toString(16).padStart(2, "0")).join("");
  const text = isText ? JSON.stringify(String.fromCharCode(...head)) : `0x${hex()}`;
  return `${size} ${text}${bytes.length > head.length ? "…" : ""}`;
}

function few<T>(items: readonly T[], most: number, words: (item: T) => string): string {
  const shown = items.slice(0, most).map(words);
  return [...shown, ...(items.length > most ? [`… ${items.length - most} more`] : [])].join(", ");
}

function cut(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 1)}…`;
}
