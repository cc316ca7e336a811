import { setTimeout as pause } from "node:timers/promises";
import type { Ground } from "../ground/ground.ts";
import { LoadProcess } from "../load/load-process.ts";
import { type Sample, monotonicUs } from "../load/sample.ts";
import { type NodeEvent, eventsOf } from "./node-events.ts";
import { fill, jobOn, openThree } from "./filled-cluster.ts";
import { startNewcomer } from "./newcomer.ts";
import { type GrowthRow, type MeasurePart, bytesLabel } from "./part.ts";
import { type Phase, courseOf, figuresOf } from "./phases.ts";

const VALUE_BYTES = 4096;
const FULL = { putsPerSecond: 5000, quietMs: 15_000 };
const QUICK = { putsPerSecond: 500, quietMs: 1500 };

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
    const counts = COUNTED.map(({ key, kind }) => [key, countOf(events, kind, phase)] as const);
    return { label: phase.label, x, figures: { ...figuresOf(samples, phase), ...Object.fromEntries(counts) } };
  });
  const [first] = phases;
  const last = phases.at(-1);
  const course = courseOf(samples, { fromUs: first?.fromUs ?? 0, toUs: last?.toUs ?? 0 });
  return {
    ...{ name: "joining", title: `A new node is sent ${bytesLabel(sizeBytes)} while others write`, xTitle: "seconds" },
    xScale: "linear",
    method: `Three nodes hold ${bytesLabel(sizeBytes)} in values of 4 KiB. ${putsPerSecond} puts of 256 B are due each second, whatever those before have come to, and count from then; meanwhile a fourth node with an empty directory joins. "During" is from the start of its process until it is a voter and has everything.`,
    figures: [
      { key: "seconds", title: "seconds" },
      { key: "opsPerSecond", title: "puts/s" },
      { key: "p50Ms", title: "p50, ms" },
      { key: "p99Ms", title: "p99, ms" },
      { key: "maxMs", title: "max, ms" },
      { key: "errors", title: "errors" },
      { key: "skipped", title: "due but not begun" },
      ...COUNTED,
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
  await using cluster = await openThree(ground, "joining");
  ground.progress("joining: filling");
  await fill(cluster, ground, { keys: Math.ceil(sizeBytes / VALUE_BYTES), valueBytes: VALUE_BYTES });
  const leader = await cluster.whole();
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

/** Events are told on the machine's clock, samples on one that only ever goes on. */
function countOf(events: readonly NodeEvent[], kind: string, { fromUs, toUs }: Phase): number {
  const offsetMs = Date.now() - monotonicUs() / 1000;
  const within = ({ atMs }: NodeEvent): boolean => atMs - offsetMs >= fromUs / 1000 && atMs - offsetMs < toUs / 1000;
  return events.filter((event) => event.kind === kind && within(event)).length;
}
