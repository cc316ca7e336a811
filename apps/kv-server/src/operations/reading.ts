import type { ReadConsistency } from "@quorate/raft-node";
import { KEY_BYTES_MAX } from "@quorate/statemachine-kv";
import type { KeyValue, KvAnswer, KvQuery } from "@quorate/statemachine-kv";
import type { Deadline } from "../cluster/deadline.ts";
import { Problem } from "../http/problem.ts";
import type { Services } from "../routes/services.ts";

export const rangeLimitDefault = 1000;
export const rangeLimitMax = 10_000;
export const rangeLimitRule: string = `must be a whole number from 1 to ${rangeLimitMax}`;
/** No key after the one with which an answer reaches this many bytes. */
export const rangeBytesMax: number = 1024 * 1024;
/** What an answer takes beside keys and values, and each of these besides its own bytes. */
const overheadBytes = 128;

/** Reads as a client may: within the limits of this server, however it was asked. */
export function read(
  { reads, allowsLease }: Pick<Services, "reads" | "allowsLease">,
  query: KvQuery,
  consistency: ReadConsistency,
  deadline: Deadline,
): Promise<KvAnswer> {
  if (consistency === "lease" && !allowsLease) {
    throw new Problem("BAD_REQUEST", "consistency lease needs servers that run with --lease-drift-max");
  }
  return reads.perform(limited(query), consistency, deadline);
}

function limited(query: KvQuery): KvQuery {
  if (query.type === "get") {
    if (query.key.length === 0) throw new Problem("BAD_REQUEST", "the key is empty");
    assertKey(query.key, "key");
    return query;
  }
  for (const [name, bound] of Object.entries<Uint8Array>({ ...query.range })) assertKey(bound, name);
  if (query.type !== "range") return query;
  const { limit = rangeLimitDefault, bytesMax = rangeBytesMax } = query;
  if (limit > rangeLimitMax) throw new Problem("BAD_REQUEST", `query.limit: ${rangeLimitRule}`);
  return { ...query, limit, bytesMax: Math.min(bytesMax, rangeBytesMax) };
}

/** Throws the Problem that a key, or a bound of a range, is too long. */
export function assertKey(bytes: Uint8Array, name: string): void {
  if (bytes.length <= KEY_BYTES_MAX) return;
  throw new Problem("TOO_LARGE", `the ${name} has ${bytes.length} bytes; the limit is ${KEY_BYTES_MAX}`);
}

/** What an answer takes in memory, and on the way to a client, about. */
export function bytesIn(answer: KvAnswer): number {
  if (answer.type === "count") return overheadBytes;
  if (answer.type === "get" && answer.omittedBytes !== undefined) return 2 * overheadBytes + answer.omittedBytes;
  const kvs = answer.type === "range" ? answer.kvs : [answer.kv];
  return kvs.reduce((bytes, kv) => bytes + (kv === undefined ? 0 : keyValueBytes(kv)), overheadBytes);
}

function keyValueBytes({ key, value }: KeyValue): number {
  return overheadBytes + key.length + value.length;
}
