import { TRACE_VERSION, drawPlan, simulate, traceHeader, traceLine } from "@quorate/simulator";
import { describe, expect, test } from "vitest";
import { TRACE_VERSIONS, readTrace } from "../../src/trace/index.ts";

type Profile = Parameters<typeof drawPlan>[1];

async function traceOf(seed: bigint, profile: Profile): Promise<readonly string[]> {
  const plan = drawPlan(seed, profile, { durationMs: 1500 });
  const lines = [traceHeader(plan)];
  await simulate(plan, { sink: (entry) => lines.push(traceLine(entry)) });
  return lines;
}

/** The same run as version 1 told it. */
function asVersion1([header = "", ...events]: readonly string[]): readonly string[] {
  const told = events.flatMap((line): object[] => {
    const event = JSON.parse(line) as {
      readonly kind: string;
      readonly entries?: readonly { readonly index: number }[];
    };
    if (event.kind === "status" || event.kind === "wiped") return [];
    const { entries, ...rest } = event;
    if (event.kind === "append") return [{ ...rest, firstIndex: entries?.[0]?.index ?? 0, count: entries?.length }];
    return [event.kind === "opened" ? { ...rest, base: undefined, snapshotIndex: undefined } : rest];
  });
  return [header.replace('"version":2', '"version":1'), ...told.map((event) => JSON.stringify(event))];
}

describe("a trace file of the simulator", () => {
  test("the version that the simulator writes is read", () => {
    expect(TRACE_VERSIONS).toContain(TRACE_VERSION);
  });

  test("plays: at the end of a calm run one leads, and all logs are the same, committed and applied", async () => {
    const lines = await traceOf(3n, "calm");
    const { endMs, frames, marks, nodes } = readTrace(lines);
    const last = frames.at(-1);
    expect(last?.atMs).toBe(endMs);
    const views = last?.view.nodes ?? [];
    expect(views.map(({ id }) => id)).toEqual(nodes);
    const [leader, ...others] = views.filter(({ role }) => role === "leader");
    expect(others).toEqual([]);
    for (const view of views) {
      expect(view).toMatchObject({ condition: "up", term: leader?.term, leader: leader?.id });
      expect(view.log.lastIndex).toBe(leader?.log.lastIndex);
      expect([view.commitIndex, view.durableIndex]).toEqual([view.log.lastIndex, view.log.lastIndex]);
      expect(view.log.entries.slice(-5)).toEqual(leader?.log.entries.slice(-5));
    }
    const matches = leader?.followers.map(({ matchIndex, state }) => [matchIndex, state]) ?? [];
    expect(new Set(matches.flat())).toEqual(new Set([leader?.log.lastIndex, "replicate"]));
    expect(marks.filter(({ kind }) => kind === "leader")).toHaveLength(1);
    expect(frames.length).toBeGreaterThan(100);
  });

  test.each<[bigint, Profile]>([
    [1n, "swarm"],
    [2n, "swarm"],
    [5n, "network"],
    [6n, "disk"],
  ])("seed %s of %s: faults are seen, times ascend, and nothing contradicts itself", async (seed, profile) => {
    const { frames, marks } = readTrace(await traceOf(seed, profile));
    for (const [at, { atMs, view }] of frames.entries()) {
      expect(atMs).toBeGreaterThanOrEqual(frames[at - 1]?.atMs ?? 0);
      for (const { sentMs, dueMs } of view.flights) expect([sentMs <= atMs, dueMs > atMs]).toEqual([true, true]);
      for (const node of view.nodes) {
        expect(node.appliedIndex).toBeLessThanOrEqual(node.commitIndex);
        const indexes = node.log.entries.map(({ index }) => index);
        expect(indexes.at(-1) ?? node.log.lastIndex).toBe(node.log.lastIndex);
        const terms = node.log.entries.map(({ term }) => term);
        expect(terms).toEqual(terms.toSorted((a, b) => a - b));
        expect(node.role === undefined).toBe(node.condition === "down" || node.condition === "failed");
      }
    }
    expect(marks.some(({ kind }) => kind === "crash" || kind === "cut" || kind === "action")).toBe(true);
    expect(marks.some(({ kind }) => kind === "leader")).toBe(true);
  });

  test("version 1 is read, too: what nodes did not say then is guessed", async () => {
    const { frames, marks } = readTrace(asVersion1(await traceOf(3n, "calm")));
    const views = frames.at(-1)?.view.nodes ?? [];
    const leader = views.find(({ role }) => role === "leader");
    expect(marks.filter(({ kind }) => kind === "leader")).toHaveLength(1);
    for (const view of views) {
      expect(view).toMatchObject({ condition: "up", standing: "voter", term: leader?.term, leader: leader?.id });
      expect([view.commitIndex, view.durableIndex]).toEqual([view.log.lastIndex, view.log.lastIndex]);
      expect(view.log.entries.slice(-5)).toEqual(leader?.log.entries.slice(-5));
    }
  });

  test("what has not changed is the same object", async () => {
    const { frames } = readTrace(await traceOf(3n, "calm"), { frameEveryMs: 1 });
    const pairs = frames.slice(1).map(({ view }, at) => [view, frames[at]?.view] as const);
    expect(pairs.some(([view, before]) => view.nodes === before?.nodes)).toBe(true);
    expect(pairs.some(([view, before]) => view.nodes !== before?.nodes && view.nodes[0] === before?.nodes[0])).toBe(
      true,
    );
    expect(pairs.every(([view, before]) => view.cuts === before?.cuts)).toBe(true);
  });

  test("kinds and fields that are not known are skipped", async () => {
    const lines = await traceOf(3n, "calm");
    const more = [
      lines[0] ?? "",
      '{"step":0,"atMs":0,"kind":"sunrise","node":"n1","colour":"red"}',
      ...lines.slice(1),
      "",
    ];
    expect(readTrace(more).frames).toEqual(readTrace(lines).frames);
  });
});

describe("what is no trace file", () => {
  const plan = { seed: "1", profile: "calm", configuration: { nodes: ["n1"], link: {} } };
  const header = JSON.stringify({ format: "quorate-simulator-trace", version: 1, plan });

  test.each<[string, readonly string[]]>([
    ["the trace file is empty", []],
    ["line 1 is no JSON", ["hello"]],
    ["line 1 is no object", ["7"]],
    ["line 1: this is no trace file of the simulator", ["{}"]],
    ["line 1: the trace has version 9, and only 1 and 2 can be read", [header.replace('"version":1', '"version":9')]],
    ["line 1: plan: configuration: nodes is not a list", [header.replace('["n1"]', '"n1"')]],
    ["line 2 is no JSON", [header, "{"]],
    ["line 2: kind is not text", [header, '{"step":1,"atMs":1}']],
    ["line 3: index is not a number", [header, "", '{"step":1,"atMs":1,"kind":"commit","node":"n1"}']],
    ["line 2: message is no object", [header, '{"step":1,"atMs":1,"kind":"send","from":"n1","to":"n1"}']],
    ['a role "king"', [header, '{"step":1,"atMs":1,"kind":"role","node":"n1","role":"king","term":1}']],
  ])("%s", (message, lines) => {
    expect(() => readTrace(lines)).toThrow(message);
    expect(() => readTrace(lines)).toThrow(TypeError);
  });
});
