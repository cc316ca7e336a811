import type { ReadConsistency } from "@quorate/raft-node";
import type { KvAnswer } from "@quorate/statemachine-kv";
import type { SimulatedProcess } from "../process/simulated-process.ts";
import type { World } from "../process/world.ts";
import type { History } from "./history.ts";
import { bytesOf, valueIn } from "./request.ts";

export interface ReaderOptions {
  /** As a client of the history. */
  readonly number: number;
  readonly world: World;
  readonly history: History;
  readonly processes: readonly SimulatedProcess[];
  readonly keys: readonly string[];
}

/** How an answer is judged. Undefined: there was none. */
export type Judge = (answer: KvAnswer | undefined) => void;

/** Asks a node, which hears of it when its process is not paused; `judge` hears of the answer when it is there, once. */
export function readAt(
  process: SimulatedProcess,
  { key, consistency }: { readonly key: string; readonly consistency: ReadConsistency },
  { world, judge }: { readonly world: World; readonly judge: Judge },
): void {
  const { configuration, knowledge, scheduler } = world;
  const { incarnation } = process;
  if (process.node === undefined) return judge(undefined);
  const giveUp = new AbortController();
  const disconnect = process.connect(() => end(undefined));
  const end = (answer: KvAnswer | undefined): void => {
    if (timeout.cancelled) return;
    timeout.cancelled = true;
    disconnect();
    if (answer !== undefined) knowledge.statistics.counts.checkedReads += 1;
    judge(answer);
  };
  const timeout = scheduler.after(configuration.workload.patienceMs, "client", 0, () => {
    end(undefined);
    giveUp.abort(new Error("the reader has given up"));
  });
  incarnation.post(0, "client", () => {
    if (process.node === undefined) return end(undefined);
    process.node.read({ type: "get", key: bytesOf(key) }, { consistency, signal: giveUp.signal }).then(
      (answer) => incarnation.alive && end(answer),
      () => incarnation.alive && end(undefined),
    );
  });
}

/** A read by lease is as good as a linearizable one: it goes into the history as well. */
export function readByLease(
  process: SimulatedProcess,
  key: string,
  { history, number, world }: Pick<ReaderOptions, "history" | "number" | "world">,
): void {
  const { checks, knowledge, scheduler } = world;
  const atLeast = checks.reads.begin();
  const recorded = history.begin(number, { type: "read", key }, scheduler.nowMs);
  const judge = (answer: KvAnswer | undefined): void => {
    if (answer === undefined) return history.forget(recorded);
    recorded.answer = { output: valueIn(answer), at: scheduler.nowMs };
    checks.reads.read(atLeast, answer.revision);
    if (process.node?.status().role === "leader") knowledge.marks.reach("lease read answered");
  };
  readAt(process, { key, consistency: "lease" }, { world, judge });
}
