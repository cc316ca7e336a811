/**
 * The value that clients put under a short name: so long, and so filled, that one that was torn, cut or mixed up with
 * another is told apart.
 */
export function valueOf(name: string): string {
  return `${name} ${fillerOf(name)}`;
}

/** The name; where the bytes are not what was put under it, something that nobody has ever put. */
export function nameOf(value: string): string {
  const [name = ""] = value.split(" ", 1);
  return value === valueOf(name) ? name : `damaged: ${value.slice(0, 60)} (${value.length} characters)`;
}

/** So long that a log grows out of what it has reserved, and a snapshot fills a disk that has no room, within seconds. */
const lengthMax = 12_000;

function fillerOf(name: string): string {
  let hash = 2166136261;
  for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 16777619) >>> 0;
  return String.fromCharCode(97 + (hash % 26)).repeat(hash % lengthMax);
}
