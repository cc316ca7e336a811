import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { parseSeed, streamsOf } from "@quorate/virtual-time";
import { recordVersion } from "../check/record.ts";
import type { RunRecord } from "../check/record.ts";
import { Workload } from "../clients/workload.ts";
import { HistoryWriter } from "../history/history-file.ts";
import type { ReadKind } from "../history/operation.ts";
import { Ledger } from "../nemesis/ledger.ts";
import { unleash } from "../nemesis/nemesis.ts";
import type { Ground, World } from "../nemesis/stage.ts";
import { requestTimeoutMs } from "../nodes/cluster.ts";
import { LeaderWatch } from "../nodes/leader-watch.ts";
import { bring } from "../nodes/members.ts";
import type { Node } from "../nodes/node.ts";
import type { Plan } from "../plan/plan.ts";
import { complaintsOf } from "./complaints.ts";
import { Endings, stopAll } from "./endings.ts";
import { finalReads, finalStates } from "./final-state.ts";
import { clearGround, layGround } from "./ground.ts";
import { untilAllServe } from "./recovery.ts";
import { ResourceWatch, usesOf } from "./resource-watch.ts";
import { verifyLogs } from "./verify-logs.ts";

const startLimitMs = 60_000;
/** Whatever takes longer has come to nothing. */
const recoveryLimitMs = 60_000;
/** A client waits longer than the server tries. */
const clientTimeoutMs = requestTimeoutMs + 1000;

export interface RunOptions {
  readonly plan: Plan;
  readonly leftOut: RunRecord["leftOut"];
  /** Where everything goes that the run leaves; exists. */
  readonly directory: string;
  readonly clients: number;
  readonly operationsPerSecond: number;
  readonly reads: ReadKind;
  /** All must serve again so soon after the faults, and what cannot go on must end in that time. */
  readonly recoveryMsMax: number;
  readonly print: (line: string) => void;
}

/** A cluster that never came about; nothing was tested. */
export class NoClusterError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "NoClusterError";
  }
}

/**
 * Runs a cluster of real processes under the faults of a plan, in the namespaces of this process, which must have been made
 * for it. Resolves with what is to be checked, after `plan.json`, `history.jsonl` and `record.json` were written; nothing
 * runs any more then.
 */
export async function run(options: RunOptions): Promise<RunRecord> {
  const { plan, directory, print, reads } = options;
  await writeFile(join(directory, "plan.json"), JSON.stringify(plan, undefined, 2));
  const ledger = new Ledger(
    print,
    plan.faults.map((fault) => fault.type),
  );
  const endings = new Endings(ledger);
  const nodesDirectory = join(directory, "nodes");
  const ground = await layGround({ plan, reads, directory: nodesDirectory, watcher: endings });
  try {
    await Promise.all(ground.nodes.map((node) => node.start()));
    if ((await untilAllServe(ground.nodes, startLimitMs)) === undefined) {
      throw new NoClusterError(`the nodes did not serve within ${startLimitMs / 1000} s; see ${nodesDirectory}`);
    }
    const record = await suffer(ground, ledger, endings, options);
    await writeFile(join(directory, "record.json"), JSON.stringify(record));
    return record;
  } finally {
    await clearGround(ground, nodesDirectory);
  }
}

/** From the first operation to the last process. */
async function suffer(ground: Ground, ledger: Ledger, endings: Endings, options: RunOptions): Promise<RunRecord> {
  const { plan, directory, leftOut, recoveryMsMax, reads, clients, operationsPerSecond } = options;
  const { nodes } = ground;
  const before = await usesOf(nodes);
  ledger.begin();
  const now = (): number => Number(ledger.nowMs.toFixed(3));
  const history = new HistoryWriter(join(directory, "history.jsonl"));
  const leaders = new LeaderWatch(nodes);
  const resources = new ResourceWatch(nodes);
  const workload = new Workload({
    ...{ servers: nodes, clients, operationsPerSecond, reads, now },
    timeoutMs: clientTimeoutMs,
    streams: streamsOf(parseSeed(plan.seed)),
    record: (line) => history.record(line),
  });
  const world = { ...ground, leader: () => leaders.leader, giveUpMsMax: recoveryMsMax };
  const healedAtMs = await afflict(world, plan, ledger);
  if (plan.kinds.includes("members")) await restoreMembers(nodes);
  const isBack = (await untilAllServe(nodes, recoveryLimitMs)) !== undefined;
  const recoveredAfterMs = isBack ? Math.round(ledger.nowMs - healedAtMs) : undefined;
  if (isBack) ledger.tell("recovered", "every node serves");
  const longestGapMs = Math.round(workload.longestGapMs);
  await workload.stop();
  await leaders.stop();
  const { states, failures } = await finalStates(nodes);
  const keys = [...new Set(history.lines.map((line) => line.input.key))];
  for (const line of isBack ? await finalReads(nodes, keys, now) : []) history.record(line);
  await resources.stop();
  const after = await usesOf(nodes);
  await history.close();
  const badStops = await stopAll(nodes);
  return {
    version: recordVersion,
    ...{ plan, leftOut, longestGapMs, recoveredAfterMs, recoveryMsMax, badStops },
    faults: ledger.counts,
    events: ledger.events,
    leaderChanges: leaders.changes,
    finalStates: states,
    selfEndings: endings.all,
    struck: ledger.struck,
    giveUpMsMax: world.giveUpMsMax,
    complaints: [...failures, ...complaintsOf(nodes, endings.gaveUpOnce)],
    resources: { before, most: resources.most, after },
    logs: await verifyLogs(nodes),
  };
}

/** Whoever has no vote has it back, for what a fault has left; the checks see who has not. */
async function restoreMembers(nodes: readonly Node[]): Promise<void> {
  const signal = AbortSignal.timeout(recoveryLimitMs);
  for (const { id } of nodes) await bring(nodes, id, "voter", signal);
}

/** Lets the faults come about, and has them end in time. Resolves with when they began to end. */
async function afflict(world: World, plan: Plan, ledger: Ledger): Promise<number> {
  const over = new AbortController();
  const unleashed = unleash(plan.faults, world, ledger, over.signal);
  const heal = async (): Promise<number> => {
    await pause(plan.seconds * 1000);
    ledger.tell("healing", "no more faults");
    over.abort();
    return ledger.nowMs;
  };
  const [healedAtMs] = await Promise.all([heal(), unleashed]);
  return healedAtMs;
}
