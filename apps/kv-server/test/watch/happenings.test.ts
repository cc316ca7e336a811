import type { Role } from "@quorate/raft-core";
import { expect, test } from "vitest";
import { recordHappenings } from "../../src/watch/happenings.ts";
import type { EventfulNode } from "../../src/watch/happenings.ts";
import { Recorder } from "../../src/watch/recorder.ts";

test("a leader that is deposed leads no more the term that it has led, not the one that deposed it", () => {
  const recorder = new Recorder({ id: "n1", startedAtMs: 1, max: 10 });
  const told: ((event: { readonly role: Role; readonly term: number }) => void)[] = [];
  const node: EventfulNode = {
    on: (name, listener) => {
      // The compiler does not follow which listener belongs to which name.
      if (name === "role") told.push(listener as (typeof told)[number]);
      return () => undefined;
    },
    status: () => ({ role: "leader", term: 1 }),
  };
  recordHappenings(node, recorder);
  const become = (role: Role, term: number): void => told.forEach((listener) => listener({ role, term }));
  become("follower", 2);
  become("candidate", 3);
  become("leader", 3);
  become("follower", 7);
  const happened = recorder.after(undefined).map(({ event }) => [event.kind, event.values["term"]]);
  expect(happened).toEqual([
    ["stepped-down", 1],
    ["election", 3],
    ["leader", 3],
    ["stepped-down", 3],
  ]);
});
