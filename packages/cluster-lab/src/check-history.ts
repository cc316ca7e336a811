import {
  type CompareAndSetInput,
  type CompareAndSetOutput,
  type Operation,
  checkLinearizable,
  compareAndSetModel,
} from "@quorate/testing";
import type { Call } from "./clients/call.ts";

/** Whether what clients saw could have happened one after the other. */
export type HistoryVerdict =
  | { readonly type: "linearizable"; readonly operations: number }
  | {
      readonly type: "violation";
      readonly key: string;
      /** The ids of the calls that are a proof by themselves. */
      readonly calls: readonly number[];
      /** These calls line by line, and why there is no order for them; in English. */
      readonly words: string;
    }
  /** It would take too long to find out. */
  | { readonly type: "undecided"; readonly key: string };

export interface HistoryOptions {
  /** Take reads that were asked for with `stale` as if they had promised to be linearizable. */
  readonly stale?: boolean | undefined;
}

/** A second of work or so. */
const STATES_MAX = 200_000;

type KvOperation = Operation<CompareAndSetInput, CompareAndSetOutput>;

/** Whether the calls that promise it are linearizable (§8): puts, compare-and-sets, and reads that are not stale. */
export function checkHistory(calls: readonly Call[], { stale = false }: HistoryOptions = {}): HistoryVerdict {
  const history = calls.map((call) => operationOf(call, stale)).filter((operation) => operation !== undefined);
  const verdict = checkLinearizable(history, compareAndSetModel(), { statesMax: STATES_MAX });
  if (verdict.type === "linearizable") return { type: "linearizable", operations: history.length };
  const key = verdict.part ?? "";
  if (verdict.type === "undecided") return { type: "undecided", key };
  const times = new Set(verdict.operations.map(({ calledAt }) => calledAt));
  const proof = calls.filter(({ calledAt }) => times.has(calledAt)).map(({ id }) => id);
  return { type: "violation", key, calls: proof, words: verdict.words };
}

/** Undefined for what is no part of the history: it never happened, or does not promise anything. */
function operationOf(
  { client, request, state, answer, calledAt, endedAt }: Call,
  stale: boolean,
): KvOperation | undefined {
  if (state === "refused" || request.type === "change-members" || request.type === "transfer") return undefined;
  if (request.type === "get" && request.consistency === "stale" && !stale) return undefined;
  const common = { client, input: inputOf(request), calledAt };
  if (state !== "done" || endedAt === undefined) return common;
  const output = answer?.type === "get" ? answer.value : answer?.type === "cas" ? answer.succeeded : null;
  return { ...common, answer: { output, at: endedAt } };
}

function inputOf(request: Exclude<Call["request"], { type: "change-members" | "transfer" }>): CompareAndSetInput {
  const { key } = request;
  switch (request.type) {
    case "put":
      return { type: "write", key, value: request.value };
    case "get":
      return { type: "read", key };
    case "cas":
      return { type: "compare-and-set", key, expected: request.expected, value: request.value };
  }
}
