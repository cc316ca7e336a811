import { describe, expect, test } from "vitest";
import { type Bounds, standardBounds } from "./bounds.ts";
import { run } from "./exploration.ts";
import { Explorer } from "./explorer.ts";
import { openCore } from "./open-core.ts";
import { deliver, tick, written } from "./step.ts";
import { UNCHANGED, World } from "./world.ts";

const small: Bounds = { ...standardBounds, terms: 1, entries: 2, crashes: 0, duplicates: 0, drops: 0, heartbeats: 0 };

interface Outcome {
  readonly local: number;
  readonly sent: readonly number[];
}

function outcomeOf(world: World, local: number, kind: number, argument: number): Outcome {
  const result = world.resultOf(local, kind, argument);
  const outcome = world.outcomes.at(result);
  const [from, to] = [world.sentFrom.at(result), world.sentFrom.at(result + 1)];
  const sent = Array.from({ length: to - from }, (_, at) => world.sent.at(from + at));
  return { local: outcome === UNCHANGED ? local : outcome, sent };
}

/** What the node has said, write after write, once its writes are durable; and what it is in then. */
function finish(
  world: World,
  start: Outcome,
): { readonly local: number; readonly said: readonly ReadonlySet<number>[] } {
  let { local } = start;
  const said = [new Set(start.sent)];
  while (world.factsOf(local).writes > 0) {
    const next = outcomeOf(world, local, written, 0);
    said.push(new Set([...(said.at(-1) ?? []), ...next.sent]));
    local = next.local;
  }
  return { local, said };
}

/** All states of single nodes, writes under way in any number, and all packets; the world is as in a reduced search. */
async function worldWithin(bounds: Bounds): Promise<World> {
  const world = new World(await openCore(), bounds, true);
  const running = run(new Explorer(world, bounds));
  let next = running.next();
  while (next.done !== true) next = running.next();
  expect(next.value.exhausted).toBe(true);
  return world;
}

type Event = readonly [kind: number, argument: number];

/** What did happen to a node before its write was durable, but for heartbeats that it answers at once. */
function eventsOf(world: World, local: number): readonly Event[] {
  const { term, savesHardState } = world.factsOf(local);
  const packets = Array.from({ length: world.packets.size }, (_, packet) => packet).filter((packet) => {
    const { message } = world.packets.at(packet);
    return savesHardState || message.type !== "heartbeat" || message.term !== term;
  });
  const events: readonly Event[] = [[tick, 0], ...packets.map((packet): Event => [deliver, packet])];
  return events.filter(([kind, argument]) => world.isKnown(local, kind, argument));
}

describe("a node that does not lead, with a write under way", () => {
  test.each([small, { ...small, entries: 1, heartbeats: 1 }])(
    "comes to the same, whatever happens, if the write is durable before: %o",
    { timeout: 60_000 },
    async (bounds) => {
      const world = await worldWithin(bounds);
      const writers = [...world.met].filter((local) => !world.factsOf(local).leads && world.factsOf(local).writes > 0);
      const events = new Map(writers.map((local) => [local, eventsOf(world, local)]));
      let compared = 0;
      for (const local of writers) {
        const first = outcomeOf(world, local, written, 0);
        for (const [kind, argument] of events.get(local) ?? []) {
          const event = outcomeOf(world, local, kind, argument);
          if (event.local === local && event.sent.length === 0) continue;
          const late = finish(world, outcomeOf(world, event.local, written, 0));
          const early = outcomeOf(world, first.local, kind, argument);
          const soon = finish(world, { ...early, sent: [...first.sent, ...early.sent] });
          expect(event.sent).toEqual([]);
          expect(soon.local).toBe(late.local);
          expect(soon.said.at(-1)).toEqual(late.said.at(-1));
          // On the way as many writes, and never less said.
          expect(soon.said).toHaveLength(late.said.length);
          for (const [at, said] of late.said.entries()) {
            expect([...said].filter((packet) => soon.said[at]?.has(packet) !== true)).toEqual([]);
          }
          compared += 1;
        }
      }
      expect(compared).toBeGreaterThan(50);
      console.info(`${compared} steps of ${world.locals.size} states of one node`);
    },
  );
});
