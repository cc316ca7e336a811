import {
  type WhyFact,
  type WhyKey,
  Lab,
  whyNoLeader,
  whyNotCommitted,
  whyRole,
  whySections,
} from "@quorate/cluster-lab";
import { languages } from "@quorate/drawing";
import { describe, expect, test } from "vitest";
import { entryAskedFor, sentenceOf } from "../../src/why/why.tsx";

const keys = Object.keys(whySections) as WhyKey[];

/** As src/why/fact.ts of the lab lists what stands in the values of each kind. */
const values = {
  reason: "disk is full",
  leader: "n1",
  candidate: "n2",
  to: "n3",
  term: 4,
  laterTerm: 5,
  leaderTerm: 6,
  index: 7,
  waitsFor: 8,
  needed: 2,
  outgoingNeeded: 2,
  deadlineMs: 1_250,
  granted: ["n1"],
  refused: ["n2"],
  awaited: ["n3", "n4"],
  heard: ["n1"],
  others: ["n5"],
  silent: ["n4"],
  incoming: ["n1"],
  outgoing: ["n2"],
  up: ["n1"],
  candidates: ["n1", "n2"],
  loyal: ["n3"],
  knowing: ["n1"],
  ignorant: ["n2"],
  holders: ["n1"],
  learners: ["n4"],
  nodes: ["n3"],
  rate: 1.5,
  have: ["n1"],
  outgoingHave: [],
  node: "n9",
};

describe.each(languages)("sentences in %s", (language) => {
  test.each(keys)("%s is put into words", (key) => {
    const fact: WhyFact = { key, section: whySections[key], node: "n9", values };
    const sentence = sentenceOf(fact, 1_000, language);
    expect(sentence).not.toMatch(/undefined|NaN|\[object|\s{2}/);
    expect(sentence).toMatch(language === "zh" ? /\p{Script=Han}.*。$/u : /^[^\p{Script=Han}]+\.$/u);
  });
});

test("real facts have all that their sentences need", async () => {
  const lab = await Lab.open({ seed: "2", nodes: 5 });
  const sentences: string[] = [];
  const look = (): void => {
    const view = lab.view();
    const roles = view.nodes.flatMap(({ id }) => whyRole(view, id));
    const entries = [1, 2, 3, 4, 5].flatMap((index) => whyNotCommitted(view, index));
    for (const fact of [...roles, ...whyNoLeader(view), ...entries]) {
      for (const language of languages) sentences.push(sentenceOf(fact, view.nowMs, language));
    }
  };
  for (let step = 0; step < 120; step += 1) {
    await lab.runUntil(lab.nowMs + 15);
    look();
  }
  for (const action of [
    { type: "put", via: "n1", key: "x", value: "1" },
    {
      type: "partition",
      groups: [
        ["n1", "n2"],
        ["n3", "n4", "n5"],
      ],
    },
    { type: "pause", node: "n3" },
    { type: "kill", node: "n4" },
  ] as const) {
    await lab.act(action);
    for (let step = 0; step < 20; step += 1) {
      await lab.runUntil(lab.nowMs + 20);
      look();
    }
  }
  expect(sentences.length).toBeGreaterThan(1_000);
  expect(sentences.filter((sentence) => /undefined|NaN|\[object/.test(sentence))).toEqual([]);
});

test("the entry to ask about is the chosen one, or the first that is not committed", async () => {
  const lab = await Lab.open({ seed: "2", nodes: 3 });
  expect(entryAskedFor(lab.view(), undefined)).toBe(1);
  await lab.runUntil(2_000);
  expect(entryAskedFor(lab.view(), undefined)).toBeUndefined();
  expect(entryAskedFor(lab.view(), 2)).toBe(2);
  expect(entryAskedFor(lab.view(), 99)).toBeUndefined();
});
