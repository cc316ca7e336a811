import { setTimeout as pause } from "node:timers/promises";
import type { Ground } from "../ground/ground.ts";
import { LoadProcess } from "../load/load-process.ts";
import { monotonicUs } from "../load/sample.ts";
import { jobFor, preparationInWords } from "../servers/run.ts";
import type { RunOptions } from "../servers/run.ts";
import { Cluster } from "../systems/cluster.ts";
import { outagesMs } from "./outages.ts";
import type { Killed } from "./report.ts";

/** Of the writes, from one to the next. */
export const paceMs = 1;

/** The kill comes at any moment between two heartbeats, be they as far apart as they are. */
const restMsMax = 200;

const answerTimeoutMs = 60_000;

export interface FailoverOptions extends RunOptions {
  readonly kills: number;
}

/** Kills the leader again and again, the cluster being whole each time. */
export async function runFailover(options: FailoverOptions, ground: Ground): Promise<Killed> {
  const { system, load, name, kills } = options;
  ground.progress(`${name}: starting ${load.nodes} nodes`);
  await using cluster = await Cluster.open(system, ground, { nodes: load.nodes, allowsLease: false, name });
  const job = { ...jobFor(options, cluster.urls, ground), paceMs };
  ground.progress(preparationInWords(name, job), "step");
  const generator = await LoadProcess.open(system, ground, job);
  generator.begin();
  const killsUs: number[] = [];
  for (let kill = 1; kill <= kills; kill += 1) {
    ground.progress(`${name}: kill ${kill} of ${kills}`);
    const leader = await cluster.whole();
    await acknowledgedAfter(monotonicUs(), generator);
    await pause(restMsMax * Math.random(), undefined, { signal: ground.signal });
    const killUs = monotonicUs();
    const killed = cluster.kill(leader.id);
    killsUs.push(killUs);
    await killed;
    await acknowledgedAfter(killUs, generator);
    await cluster.start(leader.id);
  }
  await cluster.whole();
  generator.stop();
  const errorCodes = await generator.done();
  const samples = [...(await generator.samples())];
  await generator.close();
  const skipped = samples.filter(({ isSkipped }) => isSkipped).length;
  return {
    name: system.name,
    version: system.version,
    outagesMs: outagesMs(killsUs, samples),
    writes: samples.length - skipped,
    skipped,
    errorCodes,
  };
}

/** Resolves when it is told, which may be late, that a write was acknowledged that began after `us`. */
async function acknowledgedAfter(us: number, generator: LoadProcess): Promise<void> {
  const acknowledged = Promise.withResolvers<void>();
  const timer = setTimeout(
    () => acknowledged.reject(new Error(`no write was acknowledged for ${answerTimeoutMs} ms`)),
    answerTimeoutMs,
  );
  const off = generator.on(({ acknowledgedUs }) => acknowledgedUs > us && acknowledged.resolve());
  try {
    // It does not come to its end by itself: where it does it rejects.
    await Promise.race([acknowledged.promise, generator.done()]);
  } finally {
    clearTimeout(timer);
    off();
  }
}
