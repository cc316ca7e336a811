import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { type Plan, type TraceEntry, drawPlan, simulate, traceLine } from "../../src/index.ts";
import type { TraceKind } from "../../src/trace/trace-event.ts";
import { traceFields } from "../../src/trace/trace-fields.ts";
import { dependsOnTheNode } from "../planted/bugs.ts";

type Fields = Readonly<Record<string, string>>;

const readme = readFileSync(new URL("../../README.md", import.meta.url), "utf8");

/** The README's table: by kind its fields, and which of them are optional. */
function told(): ReadonlyMap<string, Fields> {
  const section = readme.split("## Trace files")[1]?.split("\n## ")[0] ?? "";
  const rows = [...section.matchAll(/^\| ((?:`[\w-]+`(?:, )?)+) +\| (.*?) +\|/gm)];
  const byKind = rows.flatMap(([, kinds = "", fields = ""]) => {
    const names = [...fields.matchAll(/`(\w+)`( \(optional\))?/g)];
    const presence = names.map(([, name = "", optional]) => [name, optional === undefined ? "always" : "optional"]);
    return [...kinds.matchAll(/`([\w-]+)`/g)].map(([, kind = ""]) => [kind, Object.fromEntries(presence)] as const);
  });
  return new Map(byKind);
}

/** The events of a run, as a reader of the file gets them. */
async function eventsOf(plan: Plan, hooks = {}): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const entries: TraceEntry[] = [];
  await simulate(plan, { hooks, sink: (entry) => entries.push(entry) });
  return entries.map((entry) => JSON.parse(traceLine(entry)) as Record<string, unknown>);
}

/** Of a bug, and of plans in which every kind of event comes up: impatient clients, frail disks. */
async function someEvents(): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const events = [...(await eventsOf(drawPlan(1n, "calm", { durationMs: 1000 }), dependsOnTheNode))];
  for (const seed of [1n, 4n, 5n]) {
    const plan = drawPlan(seed, "rot", { durationMs: 2500 });
    const workload = { ...plan.configuration.workload, patienceMs: 40 };
    events.push(...(await eventsOf({ ...plan, configuration: { ...plan.configuration, workload } })));
    events.push(...(await eventsOf(drawPlan(seed, "disk", { durationMs: 2500 }))));
    events.push(...(await eventsOf(drawPlan(seed, "network", { durationMs: 1000 }))));
  }
  // One of those in which members change.
  events.push(...(await eventsOf(drawPlan(4n, "network", { durationMs: 2500 }))));
  return events;
}

/** What is wrong with an event's fields, by its kind. */
function wrongIn({ step, atMs, kind, ...rest }: Readonly<Record<string, unknown>>): readonly string[] {
  const fields: Fields = traceFields[kind as TraceKind];
  const missing = Object.keys(fields).filter((name) => fields[name] === "always" && !(name in rest));
  const unknown = Object.keys(rest).filter((name) => !(name in fields));
  const times = typeof step === "number" && typeof atMs === "number" ? [] : ["when"];
  return [...missing, ...unknown, ...times].map((name) => `${String(kind)}: ${name}`);
}

describe("trace files", () => {
  test("the README names every kind of event and its fields, as the code has them", () => {
    expect(Object.fromEntries(told())).toEqual(traceFields);
  });

  test("events have the fields that the table says, and their outcomes are those that the README names", async () => {
    const events = await someEvents();
    expect(new Set(events.flatMap(wrongIn))).toEqual(new Set());
    const seen = new Set(events.map(({ kind }) => kind));
    expect(Object.keys(traceFields).filter((kind) => !seen.has(kind))).toEqual([]);
    const named = /^(done|refused, (down|[A-Z_]+)|unknown, (no answer in time|connection lost|[A-Z_]+))$/;
    const outcomes = new Set(events.flatMap(({ kind, outcome }) => (kind === "answer" ? [String(outcome)] : [])));
    expect([...outcomes].filter((outcome) => !named.test(outcome))).toEqual([]);
    for (const outcome of ["done", "refused, down", "unknown, no answer in time", "unknown, connection lost"]) {
      expect(readme).toContain(`\`${outcome}\``);
      expect(outcomes).toContain(outcome);
    }
  });
});
