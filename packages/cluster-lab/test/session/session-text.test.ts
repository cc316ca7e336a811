import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type Action,
  Lab,
  SESSION_VERSION,
  type Session,
  sessionFromText,
  sessionOf,
  sessionToText,
} from "../../src/index.ts";
import { chaos } from "../support/chaos.ts";
import { digest } from "../support/digest.ts";

const node = fc.integer({ min: 1, max: 9 }).map((number) => `n${number}`);
const text = fc.string({ unit: "grapheme", minLength: 1, maxLength: 20 });
const nodes = fc.array(node, { maxLength: 3 });

const action: fc.Arbitrary<Action> = fc.oneof(
  fc.record({
    type: fc.constant("put" as const),
    via: node,
    key: text,
    value: text,
    client: fc.integer({ min: 1, max: 9 }),
  }),
  fc.record({
    type: fc.constant("get" as const),
    via: node,
    key: text,
    consistency: fc.constantFrom("linearizable", "lease", "stale"),
  }),
  fc.record({ type: fc.constant("cas" as const), via: node, key: text, expected: fc.option(text), value: text }),
  fc.record({ type: fc.constantFrom("kill", "restart", "wipe", "pause", "resume", "compact", "force-election"), node }),
  fc.record({ type: fc.constant("clock" as const), node, rate: fc.double({ min: 0.01, max: 100, noNaN: true }) }),
  fc.record({ type: fc.constantFrom("cut", "heal"), from: node, to: node }),
  fc.record({ type: fc.constantFrom("heal-all", "start-spare") }),
  fc.record({ type: fc.constant("partition" as const), groups: fc.array(nodes, { maxLength: 3 }) }),
  fc.record({ type: fc.constant("link" as const), dropRate: fc.double({ min: 0, max: 1, noNaN: true }) }),
  fc.record({
    type: fc.constant("change-members" as const),
    add: fc.array(fc.record({ id: node }), { maxLength: 2 }),
    remove: nodes,
  }),
);

const session: fc.Arbitrary<Session> = fc
  .record({
    seed: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map((seed) => seed.toString(16)),
    nodes: fc.constantFrom(3, 5, 7),
    options: fc.constantFrom({}, { preVote: false }, { storage: "forgets-vote" as const, syncMs: 1.5 }),
    steps: fc.uniqueArray(fc.integer({ min: 1, max: 1e6 }), { maxLength: 30 }),
    timed: fc.array(fc.record({ action, atMs: fc.option(fc.integer({ min: 0, max: 1e9 }).map((us) => us / 1000)) }), {
      minLength: 30,
      maxLength: 30,
    }),
    step: fc.nat(1e6),
  })
  .map(({ steps, timed, ...rest }) => ({
    version: SESSION_VERSION,
    ...rest,
    actions: steps
      .toSorted((a, b) => a - b)
      .map((step, at) => {
        const each = timed[at] ?? { action: { type: "heal-all" as const }, atMs: null };
        return { step, ...(each.atMs === null ? {} : { atMs: each.atMs }), action: each.action };
      }),
  }));

describe("a session as text", () => {
  test("comes back as it was, whatever it holds", async () => {
    await fc.assert(
      fc.asyncProperty(session, async (one) => {
        const packed = await sessionToText(one);
        expect(packed).toMatch(/^1\.[\w-]+$/);
        expect(await sessionFromText(packed)).toEqual(one);
      }),
      { numRuns: 100 },
    );
  });

  test("is short: fifty actions take less than 1,500 letters", async () => {
    const lab = await Lab.open();
    await chaos(lab, { seed: 2n, actions: 200 });
    const long = lab.session();
    const fifty = { ...long, actions: long.actions.slice(0, 50) };
    expect(fifty.actions).toHaveLength(50);
    expect((await sessionToText(fifty)).length).toBeLessThan(1500);
  });

  test("leads to the same place", async () => {
    const lab = await Lab.open({ seed: "7", nodes: 5 });
    await chaos(lab, { seed: 7n, actions: 30 });
    const again = await Lab.resume(await sessionFromText(await sessionToText(lab.session())));
    expect(digest(again)).toBe(digest(lab));
  });

  test("any damage is told, and nothing worse", async () => {
    const whole = await sessionToText({
      version: SESSION_VERSION,
      seed: "1f",
      nodes: 5,
      options: {},
      actions: [],
      step: 99,
    });
    await fc.assert(
      fc.asyncProperty(fc.nat(whole.length - 1), fc.string({ minLength: 1, maxLength: 1 }), async (at, letter) => {
        const damaged = whole.slice(0, at) + letter + whole.slice(at + 1);
        const outcome: unknown = await sessionFromText(damaged).catch((error: unknown) => error);
        if (!(outcome instanceof TypeError)) expect(outcome).toMatchObject({ version: SESSION_VERSION });
      }),
      { numRuns: 200 },
    );
  });

  test.each([
    ["", "not of the form 1.…"],
    ["hello", "not of the form 1.…"],
    ["1.a.b", "not of the form 1.…"],
    ["2.abcd", 'packed in a way ("2") that this version does not know'],
    ["1.ab+d", "a character that is none of base64url"],
    ["1.abcde", "a character that is none of base64url"],
    ["1.abcd", "damaged or cut short"],
  ])("%j: %s", async (bad, message) => {
    await expect(sessionFromText(bad)).rejects.toThrow(message);
    await expect(sessionFromText(bad)).rejects.toBeInstanceOf(TypeError);
  });

  test("what unpacks to more than a session may hold is refused", async () => {
    const huge = {
      version: SESSION_VERSION,
      seed: "1".repeat(3_000_000),
      nodes: 3,
      options: {},
      actions: [],
      step: 0,
    } as const;
    await expect(sessionFromText(await sessionToText(huge))).rejects.toThrow(
      "the session unpacks to more than 2000000 bytes",
    );
  });
});

describe("a session as JSON", () => {
  const sound = { version: SESSION_VERSION, seed: "1", nodes: 3, options: {}, actions: [], step: 0 };

  test.each<[string, unknown]>([
    ["session: ", undefined],
    ["session.version", { ...sound, version: 2 }],
    ["session.seed: must be up to 16 hexadecimal digits", { ...sound, seed: "xyz" }],
    ["session.nodes", { ...sound, nodes: 8 }],
    ["session.step", { ...sound, step: -1 }],
    ["session.actions[0].action", { ...sound, actions: [{ step: 1, action: { type: "explode" } }] }],
    [
      "session.actions[0].action.node: must be n1, n2, …",
      { ...sound, actions: [{ step: 1, action: { type: "kill", node: "x" } }] },
    ],
    [
      "session.actions: steps must ascend",
      {
        ...sound,
        actions: [
          { step: 2, action: { type: "heal-all" } },
          { step: 2, action: { type: "heal-all" } },
        ],
      },
    ],
    ["session.options", { ...sound, options: { speed: 1 } }],
    ["session.options.electionTimeoutMaxMs must be above", { ...sound, options: { electionTimeoutMaxMs: 1 } }],
  ])("%s…", (message, value) => {
    expect(() => sessionOf(value)).toThrow(message);
    expect(() => sessionOf(value)).toThrow(TypeError);
  });
});
