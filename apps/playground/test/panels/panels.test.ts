import { type Call, invariantNames, invariants } from "@quorate/cluster-lab";
import { languages } from "@quorate/drawing";
import { describe, expect, test } from "vitest";
import { answerWords, callsAt, requestWords } from "../../src/panels/call-words.ts";
import { clientsTexts } from "../../src/panels/clients-texts.ts";
import { standingIn } from "../../src/panels/members.tsx";
import { rulesTexts } from "../../src/panels/rules-texts.ts";
import { violationSentence } from "../../src/panels/violation-sentence.ts";

const call: Call = {
  id: 1,
  client: 1,
  request: { type: "cas", via: "n1", key: "x", expected: null, value: "2" },
  asked: ["n1"],
  calledMs: 100,
  state: "done",
  endedMs: 200,
  answer: { type: "cas", succeeded: true },
  code: undefined,
  reason: undefined,
  calledAt: 1,
  endedAt: 2,
};

describe("calls", () => {
  test("at a moment in the past, what was answered later is still waiting, and what was asked later is not there", () => {
    expect(callsAt([call], 250)).toEqual([call]);
    expect(callsAt([call], 150)).toMatchObject([{ state: "waiting", answer: undefined, endedMs: undefined }]);
    expect(callsAt([call], 50)).toEqual([]);
  });

  test("are put into words", () => {
    const texts = clientsTexts.en;
    expect(requestWords(call.request, texts)).toBe("cas x: (no such key) → 2");
    expect(answerWords(call, texts)).toBe("set");
    expect(answerWords({ ...call, answer: { type: "get", value: null } }, texts)).toBe("no such key");
    expect(answerWords({ ...call, state: "unknown", answer: undefined, code: "NO_ANSWER" }, texts)).toBe(
      "unknown: NO_ANSWER",
    );
  });
});

describe("members", () => {
  const joint = { voters: ["n1", "n2", "n4"], outgoing: ["n1", "n2", "n3"], learners: ["n5"] };
  test.each([
    ["n1", "voter"],
    ["n3", "outgoing"],
    ["n4", "incoming"],
    ["n5", "learner"],
    ["n6", "outside"],
  ])("%s of a joint configuration is %s", (id, standing) => {
    expect(standingIn(joint, id)).toBe(standing);
  });

  test("nobody comes in while nobody goes out", () => {
    expect(standingIn({ ...joint, outgoing: [] }, "n4")).toBe("voter");
  });
});

describe("invariants", () => {
  test.each(languages)("have titles, rules and reasons in %s", (language) => {
    const { rules } = rulesTexts[language];
    expect(Object.keys(rules).toSorted()).toEqual([...invariantNames].toSorted());
  });

  test("those that are checked are those that are told of", () => {
    expect(invariants.map(({ title, name }) => [name, title])).not.toEqual([]);
    for (const { name } of invariants) expect(rulesTexts.en.rules[name].title).not.toBe("");
  });

  test.each(invariantNames)("how %s was broken is told in both languages", (invariant) => {
    const values = { node: "n1", term: 1, leader: "n2", candidate: "n2", other: "n3", index: 4, entryTerm: 1 };
    const more = { holders: "n1", voters: 3, ledTerm: 1, campaigns: 9, waitedMs: 10 };
    const sentence = "n1 does something else";
    const common = { invariant, section: "§5", step: 1, atMs: 1, node: "n1", sentence };
    const violation = { ...common, values: { ...values, ...more } };
    expect(violationSentence(violation, "en")).toBe("n1 does something else.");
    expect(violationSentence(violation, "zh")).toMatch(/\p{Script=Han}.*。$/u);
    expect(violationSentence(violation, "zh")).not.toContain("undefined");
  });
});
