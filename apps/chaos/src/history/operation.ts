import type { Operation } from "@quorate/testing";

/** What a key holds; null where there is no such key. */
export type Held = string | null;

/**
 * How old the state may be that a get sees: as the server has it by default; by lease, which promises the same; or of any
 * age, which breaks what is checked, to see that the checks find it.
 */
export const readKinds = ["linearizable", "lease", "stale"] as const;
export type ReadKind = (typeof readKinds)[number];

/** What a client asks of one key. `put-if` puts where the key holds what is expected, in a transaction. */
export type KvInput =
  | { readonly type: "get"; readonly key: string }
  | { readonly type: "put"; readonly key: string; readonly value: string }
  | { readonly type: "delete"; readonly key: string }
  | { readonly type: "put-if"; readonly key: string; readonly expected: Held; readonly value: string };

/** What it was told: of a get what the key holds, of a put-if that failed likewise; true of what was done. */
export type KvOutput = Held | true;

/** What the answer says besides. */
export interface Revisions {
  /** Of the whole store, when the operation took effect. */
  readonly revision: number;
  /** Whether the operation changed the store, and so made that revision. */
  readonly changed: boolean;
  /** Of a get: the revision at which the key got its value. */
  readonly modRevision?: number | undefined;
}

/**
 * One line of a history. Times are milliseconds after the start of the run, of one clock for all clients.
 *
 * - `ok`: it was answered.
 * - `unknown`: it may have been done, or will be; nobody can tell.
 * - `failed`: it was certainly not done, and never will be.
 */
export interface HistoryLine {
  readonly client: number;
  readonly node: string;
  readonly input: KvInput;
  readonly calledAt: number;
  readonly endedAt: number;
  readonly outcome: "ok" | "unknown" | "failed";
  readonly output?: KvOutput | undefined;
  readonly revisions?: Revisions | undefined;
  /** Why not `ok`: the code of the problem, or of the error, or `unreadable`. */
  readonly why?: string | undefined;
  /** The beginning of one that is unreadable. */
  readonly answer?: string | undefined;
}

/** There was a whole answer, and it was none of those that a server may give. */
export const unreadable = "UNREADABLE_ANSWER";

export interface OkLine extends HistoryLine {
  readonly outcome: "ok";
  readonly output: KvOutput;
  readonly revisions: Revisions;
}

export function isOk(line: HistoryLine): line is OkLine {
  return line.outcome === "ok" && line.output !== undefined && line.revisions !== undefined;
}

export function isRead({ type }: KvInput): boolean {
  return type === "get";
}

/** As the checker takes it: without what certainly did not happen, and without reads that were not answered. */
export function operationsOf(history: readonly HistoryLine[]): readonly Operation<KvInput, KvOutput>[] {
  return history.flatMap((line): readonly Operation<KvInput, KvOutput>[] => {
    const { client, input, calledAt } = line;
    if (isOk(line)) return [{ client, input, calledAt, answer: { output: line.output, at: line.endedAt } }];
    return line.outcome === "unknown" && !isRead(input) ? [{ client, input, calledAt }] : [];
  });
}
