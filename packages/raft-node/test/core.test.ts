import { foundedBy, membershipOf } from "@quorate/raft-core";
import { expect, test } from "vitest";
import { leaderlessness } from "../src/core.ts";

const members = ["n1", "n2", "n3"].map((id) => ({ id, address: "" }));
const nobody = { voters: [], outgoing: [], learners: [], addresses: {} };

test.each([
  ["n1", membershipOf(members), false, /^no leader is known; try again/],
  ["n1", foundedBy(members), false, /^the cluster is founded as soon as all its founders are there: n1, n2, n3$/],
  ["n1", foundedBy(members.slice(0, 1)), false, /^no leader is known/],
  ["n4", nobody, false, /^n4 waits to be added to a cluster/],
  ["n4", membershipOf(members), false, /^n4 is no member of the cluster any more/],
  ["n1", membershipOf(members), true, /^n1 has lost what it had stored/],
])("why %s knows no leader, and what to do", (id, membership, isForgotten, words) => {
  expect(leaderlessness({ id, membership, isForgotten })).toMatch(words);
});
