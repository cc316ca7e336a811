import { describe, expect, test } from "vitest";
import { resolveOptions } from "../src/options.ts";
import { State } from "../src/state.ts";
import { heartbeatReply } from "./harness/messages.ts";
import { commandAt, configuration, snapshotAt } from "./harness/stored.ts";

function stateOf(draw = 0.5, membership = configuration(["n1", "n2", "n3"])): State {
  const options = resolveOptions({ id: "n1", random: { next: () => draw } });
  const base = { index: 4, term: 2 };
  const stored = { hardState: { term: 3, votedFor: "n2" }, base, lastIndex: 4, termRuns: [], memberships: [] };
  return new State(options, { state: stored, snapshot: snapshotAt(4, 2, { membership }), nowMs: 7 });
}

const types = (state: State): readonly string[] => state.takeEffects().map((effect) => effect.type);

describe("a turn ends in at most one save", () => {
  test("none when nothing has changed, promises or not", () => {
    const state = stateOf();
    expect(types(state)).toEqual([]);
    state.out.sendDurably("n2", heartbeatReply(3, 1, 0));
    expect(types(state)).toEqual(["send"]);
  });

  test("term, vote and entries are one write, and written once", () => {
    const state = stateOf();
    state.term = 4;
    state.votedFor = undefined;
    state.log.append([commandAt(5, 4), commandAt(6, 4)]);
    const hardState = { term: 4, votedFor: undefined };
    expect(state.takeEffects()).toEqual([
      { type: "save", seq: 1, hardState, entries: [commandAt(5, 4), commandAt(6, 4)] },
    ]);
    expect(types(state)).toEqual([]);
    state.votedFor = "n3";
    expect(state.takeEffects()).toMatchObject([{ seq: 2, hardState: { term: 4, votedFor: "n3" }, entries: [] }]);
  });

  test("P10 a promise while a write is under way takes a barrier, anything else does not", () => {
    const state = stateOf();
    state.log.append([commandAt(5, 3)]);
    expect(types(state)).toEqual(["save"]);
    state.out.send("n2", heartbeatReply(3, 1, 0));
    expect(types(state)).toEqual(["send"]);
    state.out.sendDurably("n2", heartbeatReply(3, 1, 0));
    expect(types(state)).toEqual(["save", "send"]);
  });

  test("the hard state is durable only when its own write is", () => {
    const state = stateOf();
    expect(state.isHardStateDurable).toBe(true);
    state.votedFor = undefined;
    state.term = 4;
    state.takeEffects();
    expect(state.isHardStateDurable).toBe(false);
    state.saves.saved(1);
    expect(state.isHardStateDurable).toBe(true);
    state.votedFor = "n2";
    expect(state.isHardStateDurable).toBe(false);
  });
});

describe("who else votes", () => {
  test("both configurations, each node once, without this one and without learners", () => {
    const membership = configuration(["n1", "n2"], { outgoing: ["n2", "n3"], learners: ["n4"] });
    expect(stateOf(0.5, membership).otherVoters).toEqual(["n2", "n3"]);
    expect(stateOf(0.5, membership).isVoter).toBe(true);
  });
});

describe("ids", () => {
  test("count up, are whole, and begin far from those of another life", () => {
    const ids = [0.1, 0.9].map((draw) => stateOf(draw).newId());
    for (const id of ids) expect(Number.isSafeInteger(id)).toBe(true);
    expect(new Set(ids).size).toBe(2);
    const state = stateOf();
    expect(state.newId() - state.newId()).toBe(-1);
    expect(Number.isSafeInteger(stateOf(1 - 2 ** -53).newId() + 1e9)).toBe(true);
  });
});
