import { expect, test } from "vitest";
import { inTurns, sharesOf } from "../../src/systems/turns.ts";

test("who comes first changes from turn to turn", () => {
  const order = [...inTurns(["ours", "theirs"], 3)].map(({ turn, side }) => `${turn} ${side}`);
  expect(order).toEqual(["1 ours", "1 theirs", "2 theirs", "2 ours", "3 ours", "3 theirs"]);
  expect([...inTurns(["ours"], 2)].map(({ turn }) => turn)).toEqual([1, 2]);
});

test("kills are shared among the turns, none of which has none", () => {
  expect(sharesOf(20, 3)).toEqual([6, 7, 7]);
  expect(sharesOf(20, 1)).toEqual([20]);
  expect(sharesOf(2, 5)).toEqual([1, 1]);
});
