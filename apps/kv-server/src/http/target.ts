import { assertKey } from "../operations/reading.ts";
import { Problem } from "./problem.ts";

const encoder = new TextEncoder();

/** The key that a request's target names behind `/v1/kv/`, slashes included, as bytes. */
export function keyOf(target: string): Uint8Array {
  const path = target.slice("/v1/kv/".length).split("?", 1)[0] ?? "";
  return keyBytes(decode(path, "key"), "key");
}

/** The bytes of a key given as text. Throws the Problem that says what is wrong with it. */
export function keyBytes(text: string, name: string): Uint8Array {
  if (text === "") throw new Problem("BAD_REQUEST", `the ${name} is empty`);
  if (!text.isWellFormed()) throw new Problem("BAD_REQUEST", `the ${name} is not well-formed Unicode`);
  const bytes = encoder.encode(text);
  assertKey(bytes, name);
  return bytes;
}

/**
 * The query's parameters; `name=` with nothing behind it is as good as absent. A parameter given twice, or one that is
 * not percent-encoded UTF-8, is a Problem.
 */
export function queryOf(target: string): Record<string, string> {
  const begin = target.indexOf("?");
  const parameters = new Map<string, string>();
  for (const part of begin < 0 ? [] : target.slice(begin + 1).split("&")) {
    const [encodedName = "", ...rest] = part.split("=");
    if (part === "" || (rest.length > 0 && rest.join("") === "")) continue;
    const name = decode(encodedName, "query");
    if (parameters.has(name)) throw new Problem("BAD_REQUEST", `the query has ${name} twice`);
    parameters.set(name, decode(rest.join("=").replaceAll("+", " "), `parameter ${name}`));
  }
  return Object.fromEntries(parameters);
}

/** Strict: `decodeURIComponent` refuses broken escapes and bytes that are not UTF-8; what is unescaped must be ASCII. */
function decode(text: string, name: string): string {
  if (!/^[\x20-\x7e]*$/.test(text) || text.includes("#")) {
    throw new Problem("BAD_REQUEST", `the ${name} has characters that must be percent-encoded`);
  }
  try {
    return decodeURIComponent(text);
  } catch (error) {
    throw new Problem("BAD_REQUEST", `the ${name} is not percent-encoded UTF-8`, { cause: error });
  }
}
