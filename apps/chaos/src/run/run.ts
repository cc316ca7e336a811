import { cp, mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { parseSeed, streamsOf } from "@quorate/virtual-time";
import type { RunRecord, SelfEnding } from "../check/record.ts";
import { Workload } from "../clients/workload.ts";
import { HistoryWriter } from "../history/history-file.ts";
import type { ReadKind } from "../history/operation.ts";
import { Ledger } from "../nemesis/ledger.ts";
import { unleash } from "../nemesis/nemesis.ts";
import type { World } from "../nemesis/stage.ts";
import { layCluster, requestTimeoutMs } from "../nodes/cluster.ts";
import { LeaderWatch } from "../nodes/leader-watch.ts";
import type { Node, NodeWatcher } from "../nodes/node.ts";
import { nodeIds } from "../plan/plan.ts";
import type { Plan } from "../plan/plan.ts";
import { Link } from "../world/link.ts";
import { Network } from "../world/network.ts";
import { SmallDisk } from "../world/small-disk.ts";
import { complaintsOf } from "./complaints.ts";
import { finalReads, finalStates } from "./final-state.ts";
import { untilAllServe } from "./recovery.ts";
import { ResourceWatch, usesOf } from "./resource-watch.ts";
import { verifyLogs } from "./verify-logs.ts";

const startLimitMs = 30_000;
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
  /** All must serve again so soon after the faults. */
  readonly recoveryMsMax: number;
  readonly print: (line: string) => void;
  /** The faults end at once, and with them the run, which is no run then. */
  readonly signal: AbortSignal;
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
 * for it. Resolves with what is to be checked, after `record.json`, `plan.json` and `history.jsonl` were written; nothing
 * runs any more then.
 */
export async function run(options: RunOptions): Promise<RunRecord> {
  const { plan, directory } = options;
  await writeFile(join(directory, "plan.json"), JSON.stringify(plan, undefined, 2));
  const cluster = await Cluster.lay(options);
  try {
    await cluster.found();
    const record = await cluster.suffer();
    await writeFile(join(directory, "record.json"), JSON.stringify(record));
    return record;
  } finally {
    await cluster.close();
  }
}

/** What a run consists of, from its first process to its last. */
class Cluster implements NodeWatcher {
  readonly #options: RunOptions;
  readonly #ledger: Ledger;
  readonly #selfEndings: SelfEnding[] = [];
  #nodes: readonly Node[] = [];
  #links: readonly Link[] = [];
  #disks: ReadonlyMap<string, SmallDisk> = new Map();
  #network: Network | undefined;

  private constructor(options: RunOptions) {
    this.#options = options;
    this.#ledger = new Ledger(
      options.print,
      options.plan.faults.map((fault) => fault.type),
    );
  }

  static async lay(options: RunOptions): Promise<Cluster> {
    const cluster = new Cluster(options);
    const { plan, directory } = options;
    const ids = nodeIds(plan.nodes);
    const canCut = plan.kinds.some((kind) => kind === "partition" || kind === "oneway");
    cluster.#network = await Network.create(ids, { canCut });
    cluster.#nodes = await layCluster(join(directory, "nodes"), ids, { watcher: cluster, reads: options.reads });
    const pairs = ids.flatMap((from) => ids.filter((to) => to !== from).map((to) => [from, to] as const));
    cluster.#links = await Promise.all(pairs.map(([from, to]) => Link.open(from, to)));
    const disks = plan.smallDisks.map(async (id) => {
      return [id, await SmallDisk.mount(join(directory, "nodes", id, "data"))] as const;
    });
    cluster.#disks = new Map(await Promise.all(disks));
    return cluster;
  }

  gaveUp(node: Node, { code, signal }: { code: number | null; signal: string | null }): void {
    this.#selfEndings.push({ node: node.id, atMs: Math.round(this.#ledger.nowMs), code, signal, isExpected: true });
    this.#ledger.tell("exit", `${node.id} gave up with exit code ${code}, as its disk fails; it is started again`);
  }

  ended(node: Node, { code, signal }: { code: number | null; signal: string | null }): void {
    this.#selfEndings.push({ node: node.id, atMs: Math.round(this.#ledger.nowMs), code, signal, isExpected: false });
    this.#ledger.tell("EXIT", `${node.id} ended by itself with ${signal ?? `exit code ${code}`}`);
  }

  /** Starts all nodes, and waits until they serve. */
  async found(): Promise<void> {
    await Promise.all(this.#nodes.map((node) => node.start()));
    const tookMs = await untilAllServe(this.#nodes, startLimitMs);
    if (tookMs === undefined) {
      throw new NoClusterError(`the nodes did not serve within ${startLimitMs / 1000} s; see their server.log`);
    }
  }

  async suffer(): Promise<RunRecord> {
    const { plan, directory, leftOut, recoveryMsMax, signal } = this.#options;
    const history = new HistoryWriter(join(directory, "history.jsonl"));
    const now = (): number => Number(this.#ledger.nowMs.toFixed(3));
    const before = await usesOf(this.#nodes);
    this.#ledger.begin();
    const leaders = new LeaderWatch(this.#nodes);
    const resources = new ResourceWatch(this.#nodes);
    const workload = new Workload({
      servers: this.#nodes,
      clients: this.#options.clients,
      operationsPerSecond: this.#options.operationsPerSecond,
      timeoutMs: clientTimeoutMs,
      reads: this.#options.reads,
      streams: streamsOf(parseSeed(plan.seed)),
      now,
      record: (line) => history.record(line),
    });
    const healedAtMs = await this.#unleash(leaders);
    const isBack = !signal.aborted && (await untilAllServe(this.#nodes, recoveryLimitMs)) !== undefined;
    const recoveredAfterMs = isBack ? Math.round(this.#ledger.nowMs - healedAtMs) : undefined;
    if (isBack) this.#ledger.tell("recovered", "every node serves");
    await workload.stop();
    const { longestGapMs } = workload;
    await leaders.stop();
    const { states, failures } = await finalStates(this.#nodes);
    const keys = [...new Set(history.lines.map((line) => line.input.key))];
    const last = recoveredAfterMs === undefined ? [] : await finalReads(this.#nodes, keys, now);
    for (const line of last) history.record(line);
    await resources.stop();
    const after = await usesOf(this.#nodes);
    await history.close();
    const badStops = await this.#stopAll();
    const gaveUp = new Set(this.#selfEndings.filter(({ isExpected }) => isExpected).map(({ node }) => node));
    return {
      version: 1,
      plan,
      leftOut,
      faults: this.#ledger.counts,
      events: this.#ledger.events,
      leaderChanges: leaders.changes,
      longestGapMs: Math.round(longestGapMs),
      recoveredAfterMs,
      recoveryMsMax,
      finalStates: states,
      selfEndings: this.#selfEndings,
      badStops,
      complaints: [...failures, ...complaintsOf(this.#nodes, gaveUp)],
      resources: { before, most: resources.most, after },
      logs: await verifyLogs(this.#nodes),
    };
  }

  /** What is on disks that go with this process is copied to where it stays. */
  async keepDisks(): Promise<void> {
    for (const [id, { directory }] of this.#disks) {
      const kept = join(this.#options.directory, "nodes", id, "data-kept");
      await mkdir(kept, { recursive: true });
      await cp(directory, kept, { recursive: true });
    }
  }

  async close(): Promise<void> {
    await Promise.all(this.#nodes.map((node) => node.kill()));
    await Promise.all(this.#links.map((link) => link.close()));
    await rm(join(this.#options.directory, "nodes", "compiled"), { recursive: true, force: true });
    await this.keepDisks();
  }

  /** Resolves with when the faults began to end. */
  async #unleash(leaders: LeaderWatch): Promise<number> {
    const { plan, signal } = this.#options;
    if (this.#network === undefined) throw new TypeError("there is no network");
    const { nodes, network, links, disks } = {
      nodes: this.#nodes,
      network: this.#network,
      links: this.#links,
      disks: this.#disks,
    };
    const world: World = { nodes, network, links, disks, leader: () => leaders.leader };
    const over = new AbortController();
    const healing = AbortSignal.any([over.signal, signal]);
    const unleashed = unleash(plan.faults, world, this.#ledger, healing);
    await pause(plan.seconds * 1000, undefined, { signal }).catch(() => undefined);
    const healedAtMs = this.#ledger.nowMs;
    this.#ledger.tell("healing", "no more faults");
    over.abort();
    await unleashed;
    return healedAtMs;
  }

  async #stopAll(): Promise<readonly string[]> {
    const endings = await Promise.all(this.#nodes.map(async (node) => ({ id: node.id, ending: await node.stop() })));
    return endings.flatMap(({ id, ending }) => {
      if (ending?.code === 0) return [];
      return [
        ending === undefined ? `${id} was not up` : `${id} ended with ${ending.signal ?? ending.code} on SIGTERM`,
      ];
    });
  }
}
