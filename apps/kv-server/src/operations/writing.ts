import type { KvResult } from "@quorate/statemachine-kv";
import { Problem } from "../http/problem.ts";

/** What `make` gives; where it throws a TypeError because of what a client has sent, the Problem that says so. */
export function madeOfRequest<T>(make: () => T): T {
  try {
    return make();
  } catch (error) {
    if (error instanceof TypeError) throw new Problem("BAD_REQUEST", error.message, { cause: error });
    throw error;
  }
}

/** Throws where the state machine has refused the command. */
export function assertValid(result: KvResult): asserts result is Exclude<KvResult, { type: "invalid" }> {
  if (result.type === "invalid") throw new Problem("BAD_REQUEST", result.message);
}
