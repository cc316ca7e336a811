import { describe, expect, test } from "vitest";
import { type Bounds, standardBounds } from "./bounds.ts";
import { explore } from "./explore.ts";
import type { Progress } from "./exploration.ts";
import { plants } from "./faults.ts";

/** More than any of these need: a core gone wrong may have no end. */
const isEnough = ({ states }: Progress): boolean => states > 2_000_000;

const none = { crashes: 0, duplicates: 0, drops: 0, heartbeats: 0 };
const base: Bounds = { ...standardBounds, ...none };

/** Small enough to go through whole in seconds; `npm run explore` goes further. */
const exhaustible: readonly Bounds[] = [
  { ...base, terms: 1, entries: 3 },
  { ...base, terms: 1, entries: 2, crashes: 1 },
  { ...base, terms: 1, entries: 1, crashes: 1, drops: 1 },
  { ...base, terms: 1, entries: 1, crashes: 1, heartbeats: 1, batches: "one" },
  { ...base, terms: 1, entries: 1, preVote: true },
  { ...base, terms: 2, entries: 1 },
];

/** Small enough to go through every state there is. */
const comparable: readonly Bounds[] = [
  { ...base, terms: 1, entries: 1, crashes: 2 },
  { ...base, terms: 1, entries: 1, crashes: 1, duplicates: 1 },
  { ...base, terms: 1, entries: 1, duplicates: 1, drops: 1 },
  { ...base, terms: 1, entries: 1, heartbeats: 1 },
];

const sorted = (texts: Iterable<string>): readonly string[] => [...texts].toSorted();

describe("every order of events within bounds", () => {
  test.each(exhaustible)("keeps all that must hold: %o", { timeout: 60_000 }, async (bounds) => {
    const report = await explore({ bounds, isEnough });
    const { states, transitions, seconds, exhausted, violation, trace } = report;
    expect(violation?.sentence, trace.join("\n")).toBeUndefined();
    expect(exhausted).toBe(true);
    console.info(`${states} states, ${transitions} transitions, ${seconds.toFixed(1)} s`);
  });

  const changing: Bounds = { ...base, terms: 1, entries: 1, reduced: false };

  test.each<Bounds>([
    { ...changing, change: "remove" },
    { ...changing, change: "promote", disks: "instant" },
    { ...changing, change: "replace" },
    { ...changing, change: "replace", disks: "instant", crashes: 1 },
  ])(
    "keeps all that must hold while a member is removed, promoted, or replaces the others: %o",
    { timeout: 60_000 },
    async (bounds) => {
      const { states, transitions, seconds, exhausted, violation, trace } = await explore({ bounds, isEnough });
      expect(violation?.sentence, trace.join("\n")).toBeUndefined();
      expect(exhausted).toBe(true);
      console.info(`${states} states, ${transitions} transitions, ${seconds.toFixed(1)} s`);
    },
  );

  test("comes to the same states when run again", async () => {
    const bounds: Bounds = { ...base, terms: 1, entries: 1, crashes: 1 };
    const counts = async (): Promise<readonly number[]> => {
      const { states, transitions, depth, nodeStates, messages } = await explore({ bounds });
      return [states, transitions, depth, nodeStates, messages];
    };
    expect(await counts()).toEqual(await counts());
  });
});

describe("what is left out makes no difference to what nodes and disks come to hold", () => {
  test.each(comparable)("within %o", { timeout: 60_000 }, async (bounds) => {
    const [whole, reduced] = [
      await explore({ bounds: { ...bounds, reduced: false }, isEnough }),
      await explore({ bounds }),
    ];
    expect([whole.exhausted, reduced.exhausted]).toEqual([true, true]);
    expect(sorted(reduced.observations)).toEqual(sorted(whole.observations));
    expect(reduced.states * 10).toBeLessThan(whole.states);
    console.info(
      `${whole.states} states, ${whole.seconds.toFixed(1)} s; ${reduced.states}, ${reduced.seconds.toFixed(1)} s`,
    );
  });
});

describe("a fault in the core is found:", () => {
  test.each(plants)("$breaks", { timeout: 60_000 }, async ({ bounds, promises, found, ...fault }) => {
    const { violation, trace, states } = await explore({ bounds, fault, promises, isEnough });
    expect(violation?.sentence).toMatch(found);
    expect(trace.length).toBeGreaterThan(0);
    console.info(`${violation?.sentence}: after ${states} states, in ${trace.length} steps`);
  });
});
