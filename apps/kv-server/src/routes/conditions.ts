import type { IncomingHttpHeaders } from "node:http";
import type { Compare, Operation, Txn } from "@quorate/statemachine-kv";
import { Problem } from "../http/problem.ts";

/** What `If-Match` and `If-None-Match` (RFC 9110 §13.1) demand of a key; empty where neither is there. */
export function conditionsOf(headers: IncomingHttpHeaders, key: Uint8Array): readonly Compare[] {
  const compares: Compare[] = [];
  const match = headers["if-match"];
  if (match !== undefined) {
    const revision = /^"(\d{1,16})"$/.exec(match.trim())?.[1];
    if (revision !== undefined && Number.isSafeInteger(Number(revision))) {
      compares.push({ target: "modRevision", key, operator: "=", value: Number(revision) });
      // An entity tag names a value that exists; without this, "0" would match a key that does not.
      compares.push({ target: "version", key, operator: ">", value: 0 });
    } else if (match.trim() === "*") {
      compares.push({ target: "version", key, operator: ">", value: 0 });
    } else {
      throw new Problem("BAD_REQUEST", 'If-Match must be one modRevision in quotes, like "12", or *');
    }
  }
  const noneMatch = headers["if-none-match"];
  if (noneMatch !== undefined) {
    if (noneMatch.trim() !== "*") throw new Problem("BAD_REQUEST", "If-None-Match must be *");
    compares.push({ target: "version", key, operator: "=", value: 0 });
  }
  return compares;
}

/** `operation` if the conditions hold; else the answer tells what is there. */
export function conditionally(compares: readonly Compare[], operation: Operation, key: Uint8Array): Txn {
  return { type: "txn", compares, success: [operation], failure: [{ type: "get", key }] };
}
