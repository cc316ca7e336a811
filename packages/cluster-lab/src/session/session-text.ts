import { sessionOf } from "./session-of.ts";
import type { Session } from "./session.ts";

/** What stands before the dot: how the rest is packed. */
const PACKING = "1";

/** A session that is longer than this is none: whoever made it wants to fill the memory. */
const JSON_BYTES_MAX = 2_000_000;

type Bytes = Uint8Array<ArrayBuffer>;

/**
 * A session in letters, digits, `-`, `_` and one dot, for the fragment of a URL: its JSON, with deltas for steps,
 * deflated, in base64url.
 */
export async function sessionToText(session: Session): Promise<string> {
  const json = JSON.stringify(withDeltas(session, -1));
  const packed = await through(new TextEncoder().encode(json), new CompressionStream("deflate-raw"), Infinity);
  return `${PACKING}.${toBase64Url(packed)}`;
}

/** Reads what `sessionToText` wrote. Throws a TypeError that says what is wrong with anything else. */
export async function sessionFromText(text: string): Promise<Session> {
  const [packing, body, ...rest] = text.trim().split(".");
  if (body === undefined || rest.length > 0) throw new TypeError("the text is no session: it is not of the form 1.…");
  if (packing !== PACKING) {
    throw new TypeError(`the session is packed in a way ("${packing}") that this version does not know`);
  }
  return sessionOf(withSteps(parse(await unpack(body))));
}

async function unpack(body: string): Promise<string> {
  const packed = fromBase64Url(body);
  if (packed === undefined) throw new TypeError("the session text holds a character that is none of base64url");
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(
      await through(packed, new DecompressionStream("deflate-raw"), JSON_BYTES_MAX),
    );
  } catch (cause) {
    if (cause instanceof RangeError) throw new TypeError(cause.message, { cause });
    throw new TypeError("the session text is damaged or cut short: it cannot be unpacked", { cause });
  }
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch (cause) {
    throw new TypeError("the session text is damaged: it does not hold JSON", { cause });
  }
}

async function through(
  bytes: Bytes,
  stream: { readonly readable: ReadableStream<Uint8Array>; readonly writable: WritableStream<Bytes> },
  bytesMax: number,
): Promise<Bytes> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of new Blob([bytes]).stream().pipeThrough<Uint8Array>(stream)) {
    length += chunk.length;
    if (length > bytesMax) throw new RangeError(`the session unpacks to more than ${bytesMax} bytes`);
    chunks.push(chunk);
  }
  const joined = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    joined.set(chunk, at);
    at += chunk.length;
  }
  return joined;
}

interface Stepped {
  readonly actions: readonly { readonly step: number }[];
}

/** Steps as what has passed since the one before: small numbers that repeat. */
function withDeltas<T extends Stepped>(session: T, sign: 1 | -1): T {
  let before = 0;
  const actions = session.actions.map((timed) => {
    const step = timed.step + sign * before;
    before = sign === 1 ? step : timed.step;
    return { ...timed, step };
  });
  return { ...session, actions };
}

/** What is not even a list of steps is left as it is, for the schema to complain about. */
function withSteps(value: unknown): unknown {
  return isStepped(value) ? withDeltas(value, 1) : value;
}

function isStepped(value: unknown): value is Stepped {
  if (typeof value !== "object" || value === null || !("actions" in value) || !Array.isArray(value.actions))
    return false;
  return value.actions.every((each: unknown) => {
    return typeof each === "object" && each !== null && "step" in each && typeof each.step === "number";
  });
}

function toBase64Url(bytes: Uint8Array): string {
  let binary = "";
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

function fromBase64Url(text: string): Bytes | undefined {
  if (!/^[\w-]*$/.test(text)) return undefined;
  try {
    const binary = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
    return Uint8Array.from(binary, (character) => character.charCodeAt(0));
  } catch {
    // Of no length that base64 can have.
    return undefined;
  }
}
