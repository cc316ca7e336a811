import { describe, expect, test } from "vitest";
import { eventSentence, toneOf } from "../../../src/page/text/event-words.ts";
import { chinese } from "../../../src/page/text/chinese.ts";
import { english } from "../../../src/page/text/english.ts";
import { Format } from "../../../src/page/text/format.ts";
import type { EventKind, EventValues } from "../../../src/report/index.ts";
import { eventOf } from "../support/reports.ts";

/** Every text of a table, those that are functions with something for each of their parameters. */
function textsIn(table: object): readonly string[] {
  return Object.values(table).flatMap((value: unknown) => {
    if (typeof value === "string") return [value];
    if (typeof value === "function") return [String(Reflect.apply(value, undefined, [3, 3, 3, 3]))];
    return typeof value === "object" && value !== null ? textsIn(value) : [];
  });
}

const happenings: Readonly<Record<EventKind, EventValues>> = {
  started: { version: "1.2.3" },
  stopping: {},
  "pre-vote": { term: 4 },
  election: { term: 4 },
  leader: { term: 4 },
  "stepped-down": { term: 4 },
  transfer: { to: "n2", term: 4 },
  membership: { voters: "n1, n2", learners: "n3", outgoing: "n4", founding: 0 },
  "snapshot-taken": { index: 800, bytes: 1_200_000 },
  "snapshot-installed": { index: 800, bytes: 1_200_000 },
  "snapshot-sending": { to: "n2", index: 800, bytes: 1_200_000 },
  "snapshot-sent": { to: "n2", index: 800, bytes: 1_200_000 },
  "snapshot-receiving": { from: "n2", index: 800, bytes: 1_200_000 },
  "snapshot-failed": { message: "no space left" },
  "slow-disk": { ms: 312.4 },
  stall: { ms: 1500 },
  failed: { code: "STORAGE_FAILED", message: "the disk is full" },
  forgotten: { by: "n2" },
  unreachable: { by: "n2", reason: "gone" },
  reachable: { by: "n2" },
};
const kinds = Object.entries(happenings) as [EventKind, EventValues][];

describe("the texts", () => {
  test("are there in both languages, and none is empty", () => {
    const [en, zh] = [textsIn(english), textsIn(chinese)];
    expect(zh).toHaveLength(en.length);
    expect(en.length).toBeGreaterThan(100);
    for (const text of [...en, ...zh]) expect(text.trim()).not.toBe("");
    expect(zh.filter((text) => /\p{Script=Han}/u.test(text)).length).toBeGreaterThan(0.9 * zh.length);
    expect(en.filter((text) => /\p{Script=Han}/u.test(text))).toEqual(["中文"]);
  });

  test("say how many failures a cluster survives", () => {
    const said = [5, 4, 3, 2, 1].map((voters) => english.actions.removeEffect("n9", voters));
    expect(said[0]).toContain("2 may fail");
    for (const text of said.slice(1, 3)) expect(text).toContain("one may fail");
    for (const text of said.slice(3)) expect(text).toContain("nothing can be written");
  });
});

describe("events in words", () => {
  test.each(kinds)("%s: all of its values, in both languages", (kind, values) => {
    for (const language of ["en", "zh"] as const) {
      const sentence = eventSentence(eventOf("e", { kind, values, node: "n7" }), language, new Format(language));
      expect(sentence).not.toContain("undefined");
      expect(sentence).not.toContain("–");
      if (kind !== "membership") expect(sentence).toContain("n7");
      for (const name of ["term", "to", "from", "by", "version", "message"]) {
        if (kind === "transfer" && name === "term") continue;
        if (values[name] !== undefined) expect(sentence).toContain(String(values[name]));
      }
      expect(/\p{Script=Han}/u.test(sentence)).toBe(language === "zh");
    }
  });

  test("read like sentences", () => {
    const read = (kind: EventKind, values: EventValues): string =>
      eventSentence(eventOf("e", { kind, values, node: "n1" }), "en", new Format("en"));
    expect(read("snapshot-taken", happenings["snapshot-taken"])).toBe("n1 has taken a snapshot up to 800 (1.2 MB)");
    expect(read("membership", { voters: "n1, n2", learners: "", outgoing: "", founding: 1 })).toBe(
      "The founders are n1, n2",
    );
    expect(read("unreachable", { by: "", reason: "silent" })).toBe("This page does not reach n1: it says nothing");
  });

  test("what a newer server leaves out is a dash", () => {
    expect(eventSentence(eventOf("e", { kind: "leader", values: {} }), "en", new Format("en"))).toBe("n1 leads term –");
  });

  test("have a tone", () => {
    expect([toneOf("leader"), toneOf("failed"), toneOf("started")]).toEqual(["good", "bad", "plain"]);
  });
});

describe("numbers", () => {
  const format = new Format("en");
  test.each([
    [format.count(12_345), "12,345"],
    [format.count(undefined), "–"],
    [format.rate(0.25), "0.25"],
    [format.rate(1234.5), "1,235"],
    [format.bytes(999), "999 B"],
    [format.bytes(98_100_000), "98.1 MB"],
    [format.ms(0.123_456), "0.123 ms"],
    [format.ms(1234), "1,234 ms"],
    [format.ms(42_000), "42 s"],
    [format.seconds(0), "0 s"],
    [format.seconds(119_999), "119 s"],
    [format.seconds(180_000), "3 min"],
    [format.seconds(3 * 3_600_000), "3 h"],
    [format.age(41), "100 ms"],
    [format.age(0), "0 ms"],
    [format.age(2500), "2 s"],
  ])("%s", (text, expected) => expect(text).toBe(expected));
});
