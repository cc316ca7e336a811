import type { Scenario } from "../cli/settings.ts";

/**
 * What a load generator is told, as JSON, its last argument. It is a process of its own, of whatever language, that
 *
 * 1. connects, puts every key once, and performs `warmUp` operations as they are measured afterwards;
 * 2. says `{"type":"ready"}`, a line on standard output like all that follows, and waits for the line `go` on standard
 *    input;
 * 3. performs the operations, and every quarter of a second says `{"type":"progress", "done", "errors",
 *    "acknowledgedUs"}`;
 * 4. ends them: after `total` or, where there is a pace, at the line `stop`;
 * 5. writes `samples` and says `{"type":"done","errors":{CODE: count}}`, and ends when standard input does.
 *
 * What went wrong before `ready` it says on standard error, and ends with another code than 0.
 */
export interface LoadJob {
  readonly endpoints: readonly string[];
  /**
   * Of the endpoints that of the node that leads, for a client that does not find it by itself; undefined for a load that is
   * to go on without that node.
   */
  readonly leader?: string | undefined;
  readonly scenario: Scenario;
  /** Callers, each with one operation at a time; with a pace they only warm up. */
  readonly clients: number;
  /** Callers that put the keys before. */
  readonly preparers: number;
  readonly connections: number;
  /** Of operations; they draw their keys at random. */
  readonly total: number;
  readonly warmUp: number;
  readonly valueBytes: number;
  /** The keys are `key-00000000` and so on. */
  readonly keys: number;
  /**
   * An operation is due every so many milliseconds, whatever those before have come to, and what it takes counts from then:
   * so a load that cannot keep up, or is stopped for a moment, makes no server look faster. While 50,000 are under way, what
   * is due is not begun: its sample says so.
   */
  readonly paceMs?: number | undefined;
  readonly timeoutMs: number;
  /** The file of samples to be written: see `sample.ts`. */
  readonly samples: string;
}

/** Of an operation, from its beginning to its answer. */
export const operationTimeoutMs = 10_000;

const preparersMin = 256;
const preparingBytesMax = 16 * 1024 * 1024;

/** As many as are soon through, however few are to be measured, while what is under way is small; never fewer than those. */
export function preparersFor({ clients, valueBytes }: Pick<LoadJob, "clients" | "valueBytes">): number {
  return Math.max(clients, Math.min(preparersMin, Math.floor(preparingBytesMax / valueBytes)));
}

export type LoadMessage =
  | { readonly type: "ready" }
  /** So far, of what was begun; `acknowledgedUs`: the latest begin of an operation that has succeeded, 0 for none. */
  | { readonly type: "progress"; readonly done: number; readonly errors: number; readonly acknowledgedUs: number }
  | { readonly type: "done"; readonly errors: Readonly<Record<string, number>> };
