import * as z from "zod/mini";
import { type Fetch, requestJson } from "../requests/request.ts";
import { endOfPrefix, keyBehind } from "./prefix-end.ts";

export type Consistency = "linearizable" | "stale";

export interface KeyRow {
  readonly key: string;
  /** In base64. */
  readonly value: string;
  readonly modRevision: number;
  readonly version: number;
}

/** A page of keys, in bytewise order. */
export interface KeyPage {
  readonly rows: readonly KeyRow[];
  /** Of the store, when it was read. */
  readonly revision: number;
  /** Whether there are keys behind the last. */
  readonly hasMore: boolean;
}

export interface KeyQuestion {
  readonly prefix: string;
  /** The last key of the page before; undefined for the first page. */
  readonly behind: string | undefined;
  readonly consistency: Consistency;
  readonly limit: number;
}

const answer = z.object({
  revision: z.number(),
  kvs: z.array(z.object({ key: z.string(), value: z.string(), modRevision: z.number(), version: z.number() })),
  more: z.boolean(),
});

/** Reads one page from the server at `origin`. Rejects with a RequestError, or where the answer is none. */
export async function readKeys(fetch: Fetch, origin: string, question: KeyQuestion): Promise<KeyPage> {
  const { kvs, revision, more } = answer.parse(await requestJson(fetch, `${origin}/v1/kv?${queryOf(question)}`));
  return { rows: kvs, revision, hasMore: more };
}

export function queryOf({ prefix, behind, consistency, limit }: KeyQuestion): string {
  const end = endOfPrefix(prefix);
  const range: Readonly<Record<string, string>> =
    behind === undefined ? { prefix } : { start: keyBehind(behind), ...(end === undefined ? {} : { end }) };
  // With %20: a server need not take a plus sign for a space.
  return Object.entries({ ...range, limit: String(limit), consistency })
    .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
    .join("&");
}
