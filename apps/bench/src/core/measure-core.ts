import { GCProfiler, getHeapSpaceStatistics } from "node:v8";
import { assert } from "@quorate/raft-core";
import { CoreCluster } from "./core-cluster.ts";

export interface CoreSettings {
  /** Entries to count; rounded up to whole batches. */
  readonly total: number;
  /** Entries before them, for the compiler to see what is hot; rounded up to whole batches, and one at the least. */
  readonly warmUp: number;
  /** Commands of one proposal. */
  readonly batch: number;
  readonly valueBytes: number;
}

/** Of all three cores together: each entry is appended, saved, committed and applied on every one of them. */
export interface CoreSpeed {
  /** Counted on all three cores, so that a figure stands for work that was done. */
  readonly entries: number;
  readonly elapsedMs: number;
  readonly entriesPerSecond: number;
  readonly nanosecondsPerEntry: number;
  /** Of all threads of the process, those that collect garbage included; a busy machine disturbs it less. */
  readonly cpuNanosecondsPerEntry: number;
}

export interface CoreAllocation {
  readonly entries: number;
  /** On the heap of JavaScript, for all three cores together; the commands' own bytes are not in it. */
  readonly bytesPerEntry: number;
}

/** How fast three cores agree, garbage collection included. */
export function measureCoreSpeed(settings: CoreSettings): CoreSpeed {
  const run = prepare(settings);
  const cpu = process.cpuUsage();
  const startMs = performance.now();
  const entries = run();
  const elapsedMs = performance.now() - startMs;
  const { user, system } = process.cpuUsage(cpu);
  return {
    entries,
    elapsedMs,
    entriesPerSecond: (entries * 1000) / elapsedMs,
    nanosecondsPerEntry: (elapsedMs * 1e6) / entries,
    cpuNanosecondsPerEntry: ((user + system) * 1000) / entries,
  };
}

/** Where V8 puts what is new. The rest of the heap shrinks in the background for a while after a collection. */
const YOUNG_SPACES: ReadonlySet<string> = new Set(["new_space", "new_large_object_space"]);

/**
 * What is allocated for an entry: how much larger the young generation is after the run than before it. That is the truth
 * only where nothing was collected meanwhile, so it wants `--expose-gc` and a young generation that holds the whole run;
 * throws where V8 reports a collection within the run.
 */
export function measureCoreAllocation(settings: CoreSettings): CoreAllocation {
  const { gc } = globalThis;
  if (gc === undefined) throw new Error("allocation can be measured only under node --expose-gc");
  const run = prepare(settings);
  gc();
  const profiler = new GCProfiler();
  profiler.start();
  const beforeBytes = youngBytes();
  const entries = run();
  const bytes = youngBytes() - beforeBytes;
  const collections = profiler.stop().statistics.length;
  if (collections > 0) {
    throw new Error(
      `the heap was collected ${collections} times during ${entries} entries: give a larger --max-semi-space-size, or measure fewer`,
    );
  }
  return { entries, bytesPerEntry: bytes / entries };
}

function youngBytes(): number {
  const spaces = getHeapSpaceStatistics().filter(({ space_name: name }) => YOUNG_SPACES.has(name));
  return spaces.reduce((sum, { space_used_size: usedBytes }) => sum + usedBytes, 0);
}

/** A cluster that is warm, and the run that is measured; it returns how many entries every core has applied in it. */
function prepare({ total, warmUp, batch, valueBytes }: CoreSettings): () => number {
  const cluster = new CoreCluster();
  const commands = Array.from({ length: batch }, () => new Uint8Array(valueBytes));
  const propose = (entries: number): void => {
    for (let proposed = 0; proposed < entries; proposed += batch) cluster.propose(commands);
  };
  // From the first batch on the followers are as far behind as after every other one.
  propose(Math.max(1, warmUp));
  return () => {
    const before = cluster.appliedIndexes;
    propose(total);
    return appliedByEach(before, cluster.appliedIndexes);
  };
}

/** A follower hears with a batch that the one before it is committed: all are that much behind, before and after. */
function appliedByEach(before: readonly number[], after: readonly number[]): number {
  const counts = after.map((index, at) => index - (before[at] ?? 0));
  const [first = 0] = counts;
  assert(
    counts.every((count) => count === first),
    `the cores have applied ${counts.join(", ")} entries`,
  );
  return first;
}
