/** What clients have replicated. `expected`: only if the register holds that, where null is "nothing". */
export interface Command {
  readonly key: string;
  readonly value: string;
  readonly expected?: string | null | undefined;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** JSON: `["x","7"]`, or `["x","7","6"]` if 6 is expected. */
export function encodeCommand({ key, value, expected }: Command): Uint8Array {
  return encoder.encode(JSON.stringify(expected === undefined ? [key, value] : [key, value, expected]));
}

/** Undefined for bytes that are no command. */
export function decodeCommand(bytes: Uint8Array): Command | undefined {
  const parts = parse(bytes);
  if (!isList(parts) || parts.length < 2 || parts.length > 3) return undefined;
  const [key, value, expected] = parts;
  if (typeof key !== "string" || typeof value !== "string") return undefined;
  if (parts.length === 2) return { key, value };
  return expected === null || typeof expected === "string" ? { key, value, expected } : undefined;
}

function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value);
}

function parse(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(decoder.decode(bytes));
  } catch {
    // What is wrong with bytes that nobody could have encoded is of no use to anyone.
    return undefined;
  }
}
