import { describe, expect, test } from "vitest";
import { Saves } from "../src/saves.ts";
import { entriesOf } from "./harness/stored.ts";
import { viewOf } from "./harness/view.ts";

const start = { term: 1, votedFor: undefined };

describe("Saves", () => {
  test("what was stored at the start is durable", () => {
    const saves = new Saves(7, start);
    expect(viewOf(saves)).toMatchObject({
      durableIndex: 7,
      durableHardState: start,
      latestHardState: start,
      isIdle: true,
    });
  });

  test("a write counts when it is complete, and not before", () => {
    const saves = new Saves(0, start);
    const vote = { term: 2, votedFor: "n2" };
    expect(saves.begin(vote, entriesOf([2, 2]))).toEqual({
      type: "save",
      seq: 1,
      hardState: vote,
      entries: entriesOf([2, 2]),
    });
    expect(viewOf(saves)).toMatchObject({
      durableIndex: 0,
      durableHardState: start,
      latestHardState: vote,
      isIdle: false,
    });
    saves.saved(1);
    expect(viewOf(saves)).toMatchObject({
      durableIndex: 2,
      durableHardState: vote,
      latestHardState: vote,
      isIdle: true,
    });
  });

  test("a completion stands for every earlier one; a late earlier one changes nothing", () => {
    const saves = new Saves(0, start);
    saves.begin({ term: 2, votedFor: undefined }, entriesOf([2]));
    saves.begin(undefined, entriesOf([2], 2));
    const third = saves.begin(undefined, entriesOf([2], 3));
    saves.saved(2);
    expect(viewOf(saves)).toMatchObject({ durableIndex: 2, isIdle: false, durableHardState: { term: 2 } });
    saves.saved(third.seq);
    saves.saved(1);
    expect(viewOf(saves)).toMatchObject({ durableIndex: 3, isIdle: true });
  });

  test("the latest hard state is the last one under way, not the last write", () => {
    const saves = new Saves(0, start);
    const later = { term: 3, votedFor: undefined };
    saves.begin({ term: 2, votedFor: undefined }, []);
    saves.begin(later, []);
    saves.begin(undefined, entriesOf([3]));
    expect(saves.latestHardState).toEqual(later);
    saves.saved(1);
    expect(saves.latestHardState).toEqual(later);
    expect(saves.durableHardState.term).toBe(2);
  });

  test("P42 ABA: the completion of an overwritten write never vouches for what took its place", () => {
    const saves = new Saves(0, start);
    saves.begin(undefined, entriesOf([1, 1, 1]));
    saves.truncated(2);
    const b = saves.begin(undefined, entriesOf([2], 2));
    saves.truncated(2);
    const a = saves.begin(undefined, entriesOf([3, 3], 2));
    saves.saved(1);
    expect(saves.durableIndex).toBe(1);
    saves.saved(b.seq);
    expect(saves.durableIndex).toBe(1);
    saves.saved(a.seq);
    expect(saves.durableIndex).toBe(3);
  });

  test("P42 durable entries that are cut are durable no more", () => {
    const saves = new Saves(5, start);
    saves.truncated(3);
    expect(saves.durableIndex).toBe(2);
    saves.begin(undefined, entriesOf([2], 3));
    expect(saves.durableIndex).toBe(2);
    saves.saved(1);
    expect(saves.durableIndex).toBe(3);
  });

  test("P42 a cut behind what is durable takes nothing from it", () => {
    const saves = new Saves(5, start);
    saves.begin(undefined, entriesOf([1, 1], 6));
    saves.truncated(7);
    expect(saves.durableIndex).toBe(5);
    saves.saved(1);
    expect(saves.durableIndex).toBe(6);
  });

  test("P42 a snapshot replaces what was under way", () => {
    const saves = new Saves(5, start);
    saves.begin({ term: 2, votedFor: undefined }, entriesOf([2, 2, 2, 2], 30));
    saves.reset(20);
    expect(saves.durableIndex).toBe(20);
    saves.saved(1);
    expect(viewOf(saves)).toMatchObject({ durableIndex: 20, durableHardState: { term: 2 } });
  });
});
