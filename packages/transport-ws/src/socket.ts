import type { RawData } from "ws";
import { Malformed } from "./malformed.ts";

/** Where the transport is found on a server, and where its streams are. */
export const PATH = "/raft/v1";
export const STREAM_PATH = "/raft/v1/stream";

/** The URL for an address of the form host:port, or undefined for anything else. */
export function urlOf(address: string, scheme: "ws" | "wss" | "http" | "https", path: string = PATH): URL | undefined {
  if (!/^[^/?#@\s]+:\d+$/.test(address)) return undefined;
  return URL.parse(`${scheme}://${address}${path}`) ?? undefined;
}

/** Whether a socket's error is a violation of the WebSocket protocol, and not a broken network. */
export function isViolation(error: Error): boolean {
  return "code" in error && String(error.code).startsWith("WS_ERR_");
}

/** A binary message's bytes; throws `Malformed` for a text message. */
export function bytesOf(data: RawData, isBinary: boolean): Uint8Array {
  if (!isBinary) throw new Malformed("a text frame");
  if (data instanceof ArrayBuffer) return new Uint8Array(data);
  const buffer = Array.isArray(data) ? Buffer.concat(data) : data;
  // A plain view: nodes keep what they receive, and should not have to know where it came from.
  return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.length);
}
