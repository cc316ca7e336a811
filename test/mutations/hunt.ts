import type { Mutation } from "./mutation.ts";
import { type Stage, packageTests } from "./stages.ts";
import { type Failure, firstFailure } from "./vitest-run.ts";
import { WorkspaceCopy } from "./workspace-copy.ts";

/** Seconds are all that was spent on the fault, in every stage. */
export interface Caught {
  readonly mutation: Mutation;
  readonly stage: string;
  readonly by: Failure;
  readonly seconds: number;
}

export interface Findings {
  /** By a timeout, too: `by.isTimeout`. */
  readonly caught: readonly Caught[];
  readonly survivors: readonly Mutation[];
  /** Stages that could not be run, and why. */
  readonly leftOut: readonly string[];
}

export interface Hunt {
  readonly mutations: readonly Mutation[];
  readonly stages: readonly Stage[];
  /** How many copies of the workspace are worked on at a time. */
  readonly jobs: number;
  say(line: string): void;
}

/** Plants one fault at a time and runs stage after stage until something fails. */
export async function hunt({ mutations, stages, jobs, say }: Hunt): Promise<Findings> {
  await using copies = new AsyncDisposableStack();
  const workers: WorkspaceCopy[] = [];
  while (workers.length < Math.min(jobs, mutations.length)) workers.push(copies.use(await WorkspaceCopy.make()));
  const [first] = workers;
  if (first === undefined) return { caught: [], survivors: [], leftOut: [] };
  await checkEffect(first);
  const broken = await failureWithoutFault(first, packageTests, mutations, say);
  if (broken !== undefined) throw new Error(broken);
  const caught: Caught[] = [];
  const leftOut: string[] = [];
  const seconds = new Map<Mutation, number>();
  let alive = mutations;
  for (const stage of stages) {
    const concerned = alive.filter((each) => stage.targetOf(first.folder, each) !== undefined);
    if (concerned.length === 0) continue;
    const reason = await unusable(first, stage, concerned, say);
    if (reason !== undefined) {
      leftOut.push(`${stage.name}: ${reason}`);
      say(`LEFT OUT: ${stage.name}: ${reason}`);
      continue;
    }
    say(`${stage.name}: ${concerned.length} faults`);
    const queue = [...concerned];
    const found = (each: Caught): void => {
      caught.push(each);
      say(lineOf(each));
    };
    await Promise.all(workers.map((copy) => runThrough(copy, stage, { queue, seconds, found })));
    alive = alive.filter((each) => !caught.some(({ mutation }) => mutation === each));
  }
  return { caught, survivors: alive, leftOut };
}

interface Work {
  /** Shared by all copies. */
  readonly queue: Mutation[];
  /** What each fault has cost so far. */
  readonly seconds: Map<Mutation, number>;
  found(caught: Caught): void;
}

async function runThrough(copy: WorkspaceCopy, stage: Stage, { queue, seconds, found }: Work): Promise<void> {
  for (let mutation = queue.shift(); mutation !== undefined; mutation = queue.shift()) {
    const target = stage.targetOf(copy.folder, mutation) ?? "";
    const begun = performance.now();
    const by = await copy.with(mutation, () => stage.run(copy.folder, target));
    const spent = (seconds.get(mutation) ?? 0) + (performance.now() - begun) / 1000;
    seconds.set(mutation, spent);
    if (by !== undefined) found({ mutation, stage: stage.name, by, seconds: spent });
  }
}

function lineOf({ mutation, by, seconds }: Caught): string {
  const how = by.isTimeout ? "TIMEOUT" : "caught ";
  return `${how} ${seconds.toFixed(1).padStart(6)} s  ${mutation.file}: ${mutation.breaks}\n                  ${by.what}`;
}

/** Why nothing could be said of what the stage finds. */
async function unusable(
  copy: WorkspaceCopy,
  stage: Stage,
  concerned: readonly Mutation[],
  say: (line: string) => void,
): Promise<string | undefined> {
  const missing = stage.missing(copy.folder);
  if (missing !== undefined || stage.isAmongPackageTests) return missing;
  return failureWithoutFault(copy, stage, concerned, say);
}

/** What fails without any fault can catch none. */
async function failureWithoutFault(
  copy: WorkspaceCopy,
  stage: Stage,
  mutations: readonly Mutation[],
  say: (line: string) => void,
): Promise<string | undefined> {
  for (const target of new Set(mutations.map((mutation) => stage.targetOf(copy.folder, mutation)))) {
    if (target === undefined) continue;
    say(`${target} without a fault`);
    const by = await stage.run(copy.folder, target);
    if (by !== undefined) return `${target} fails without any fault: ${by.what}`;
  }
  return undefined;
}

/** A fault in the copy of one package must be seen by the tests of another. */
async function checkEffect(copy: WorkspaceCopy): Promise<void> {
  const canary: Mutation = {
    file: "packages/raft-core/src/quorum.ts",
    old: "function needed(",
    new: 'throw new Error("canary");\nfunction needed(',
    breaks: "everything",
  };
  const tests = ["packages/raft-node/test/proposals.test.ts"];
  const by = await copy.with(canary, () => firstFailure({ folder: copy.folder, tests, testTimeoutMs: 15_000 }));
  if (by?.what.includes("canary") !== true)
    throw new Error(`faults in the copy have no effect: ${by?.what ?? "all tests passed"}`);
}
