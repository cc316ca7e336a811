import { setTimeout as pause } from "node:timers/promises";
import type { Ground } from "../ground/ground.ts";
import { LoadProcess } from "../load/load-process.ts";
import { type Sample, monotonicUs } from "../load/sample.ts";
import type { Cluster, RunningNode } from "../systems/cluster.ts";
import { type NodeEvent, bytesOf, eventsOf } from "./node-events.ts";
import { fill, jobOn, openThree } from "./filled-cluster.ts";
import { startNewcomer } from "./newcomer.ts";
import { statusAt } from "./node-status.ts";
import { type GrowthRow, MIB, type MeasurePart, bytesLabel } from "./part.ts";
import { type Phase, courseOf, figuresOf } from "./phases.ts";

const VALUE_BYTES = 4096;
const FULL = { putsPerSecond: 5000, quietMs: 15_000 };
const QUICK = { putsPerSecond: 500, quietMs: 1500 };

/** What a server has by itself. */
const SNAPSHOT_ENTRIES = 100_000;
const ROUNDS = 8;

/** What is counted of what the nodes have seen. */
const COUNTED = [
  { key: "heartbeatsMissed", title: "heartbeats missed for an election timeout", kind: "pre-vote" },
  { key: "elections", title: "elections", kind: "election" },
  { key: "snapshotsTaken", title: "snapshots taken", kind: "snapshot-taken" },
] as const;

export const measureJoining: MeasurePart = async ({ isQuick, sizeBytes, rate }, ground) => {
  const { putsPerSecond: usual, quietMs } = isQuick ? QUICK : FULL;
  const putsPerSecond = rate ?? usual;
  const { phases, samples, events } = await joinUnderLoad({ sizeBytes, putsPerSecond, quietMs }, ground);
  const rows = phases.map((phase, x): GrowthRow => {
    const counts = COUNTED.map(({ key, kind }) => [key, within(events, kind, phase).length] as const);
    const sentMiB = bytesOf(within(events, "snapshot-installed", phase)) / MIB;
    return { label: phase.label, x, figures: { ...figuresOf(samples, phase), ...Object.fromEntries(counts), sentMiB } };
  });
  const [first] = phases;
  const last = phases.at(-1);
  const course = courseOf(samples, { fromUs: first?.fromUs ?? 0, toUs: last?.toUs ?? 0 });
  return {
    ...{ name: "joining", title: `A new node is sent ${bytesLabel(sizeBytes)} while others write`, xTitle: "seconds" },
    xScale: "linear",
    method: `Three nodes hold ${bytesLabel(sizeBytes)} in values of 4 KiB, and the leader has a snapshot of all of it. ${putsPerSecond} puts of 256 B are due each second, whatever those before have come to, and count from then; meanwhile a fourth node with an empty directory joins. "During" is from the start of its process until it is a voter and has everything.`,
    figures: [
      { key: "seconds", title: "seconds" },
      { key: "opsPerSecond", title: "puts/s" },
      { key: "p50Ms", title: "p50, ms" },
      { key: "p99Ms", title: "p99, ms" },
      { key: "maxMs", title: "max, ms" },
      { key: "errors", title: "errors" },
      { key: "skipped", title: "due but not begun" },
      ...COUNTED,
      { key: "sentMiB", title: "snapshot sent, MiB" },
    ],
    plots: [{ title: "latency of puts, second by second, ms", keys: ["p50Ms", "p99Ms"] }],
    ...{ rows, course },
  };
};

interface JoinOptions {
  readonly sizeBytes: number;
  readonly putsPerSecond: number;
  /** Before and after. */
  readonly quietMs: number;
}

interface Joined {
  readonly phases: readonly Phase[];
  readonly samples: readonly Sample[];
  readonly events: readonly NodeEvent[];
}

async function joinUnderLoad({ sizeBytes, putsPerSecond, quietMs }: JoinOptions, ground: Ground): Promise<Joined> {
  const keys = Math.ceil(sizeBytes / VALUE_BYTES);
  // Less data than a server takes a snapshot for by itself are to be in one as well.
  const entries = Math.min(SNAPSHOT_ENTRIES, keys);
  await using cluster = await openThree(ground, "joining", ["--snapshot-entries", String(entries)]);
  const leader = await fillIntoSnapshot(cluster, ground, keys);
  const job = { ...jobOn(cluster, ground, { keys: 1000, valueBytes: 256 }), paceMs: 1000 / putsPerSecond };
  const load = await LoadProcess.open(cluster.system, ground, job);
  const { signal } = ground;
  const fromUs = monotonicUs();
  load.begin();
  ground.progress("joining: before");
  await pause(quietMs, undefined, { signal });
  const joinUs = monotonicUs();
  ground.progress("joining: a fourth node joins");
  const newcomer = await startNewcomer("n4", leader, ground);
  await newcomer.joined;
  const joinedUs = monotonicUs();
  ground.progress("joining: after");
  await pause(quietMs, undefined, { signal });
  const toUs = monotonicUs();
  load.stop();
  await load.done();
  const samples = [...(await load.samples())];
  await load.close();
  const urls = [...cluster.nodes.map(({ url }) => url), newcomer.url];
  const events = (await Promise.all(urls.map(eventsOf))).flat();
  const phases = [
    { label: "before", fromUs, toUs: joinUs },
    { label: "during", fromUs: joinUs, toUs: joinedUs },
    { label: "after", fromUs: joinedUs, toUs },
  ];
  return { phases, samples, events };
}

/** Resolves with the leader, whose snapshot has every key: otherwise a new node would be sent a part of the data as its log. */
async function fillIntoSnapshot(cluster: Cluster, ground: Ground, keys: number): Promise<RunningNode> {
  ground.progress("joining: filling");
  await fill(cluster, ground, { keys, valueBytes: VALUE_BYTES });
  // The next snapshot is due when the log has grown by as much as the last one: once more all keys, and it is there.
  for (let round = 0; round <= ROUNDS; round += 1) {
    const leader = await cluster.whole();
    const status = await statusAt(leader.url);
    if ((status?.snapshotIndex ?? 0) >= keys) return leader;
    ground.progress("joining: filling until a snapshot has it all");
    await fill(cluster, ground, { keys: Math.ceil(keys / ROUNDS), valueBytes: VALUE_BYTES });
  }
  throw new Error(`all ${keys} keys were put twice, and the leader has no snapshot of them`);
}

/** Events are told on the machine's clock, samples on one that only ever goes on. */
function within(events: readonly NodeEvent[], kind: string, { fromUs, toUs }: Phase): readonly NodeEvent[] {
  const offsetMs = Date.now() - monotonicUs() / 1000;
  return events.filter((event) => {
    const atMs = event.atMs - offsetMs;
    return event.kind === kind && atMs >= fromUs / 1000 && atMs < toUs / 1000;
  });
}
