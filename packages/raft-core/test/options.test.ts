import { describe, expect, test } from "vitest";
import { type RaftOptions, raftDefaults } from "../src/index.ts";
import { resolveOptions } from "../src/options.ts";

const random = { next: () => 0.5 };

describe("resolveOptions", () => {
  test("fills in the defaults", () => {
    expect(resolveOptions({ id: "n1", random })).toEqual({ ...raftDefaults, id: "n1", random });
  });

  test("which are these", () => {
    expect(raftDefaults).toEqual({
      electionTimeoutMinMs: 150,
      electionTimeoutMaxMs: 300,
      heartbeatIntervalMs: 50,
      preVote: true,
      checkQuorum: true,
      priority: 1,
      leaseDriftMax: undefined,
      catchUpTimeoutMs: 10_000,
      appendBytesMax: 524_288,
      inflightMessagesMax: 64,
      inflightBytesMax: 8_388_608,
      uncommittedBytesMax: 67_108_864,
      applyBytesMax: 4_194_304,
      tailBytesMax: 16_777_216,
      trailingEntries: 10_000,
      catchUpEntriesMax: 1_000_000,
    });
  });

  test("what is given wins over a default; undefined does not", () => {
    const given: object = { preVote: false, heartbeatIntervalMs: undefined };
    expect(resolveOptions({ id: "n1", random, ...given })).toMatchObject({ preVote: false, heartbeatIntervalMs: 50 });
  });

  test.each<[string, Partial<RaftOptions>, string]>([
    ["no name", { id: "" }, "id"],
    ["a negative number", { tailBytesMax: -1 }, "tailBytesMax"],
    ["not a number", { uncommittedBytesMax: Number.NaN }, "uncommittedBytesMax"],
    ["an infinite time", { electionTimeoutMaxMs: Infinity }, "electionTimeoutMaxMs"],
    ["no heartbeats", { heartbeatIntervalMs: 0 }, "heartbeatIntervalMs"],
    ["no room for a message", { inflightMessagesMax: 0 }, "inflightMessagesMax"],
    ["no room for bytes under way", { inflightBytesMax: 0 }, "inflightBytesMax"],
    ["no bytes for a message", { appendBytesMax: 0 }, "appendBytesMax"],
    ["no bytes for the state machine", { applyBytesMax: 0 }, "applyBytesMax"],
    ["equal timeouts", { electionTimeoutMinMs: 200, electionTimeoutMaxMs: 200 }, "electionTimeoutMaxMs"],
    ["timeouts upside down", { electionTimeoutMinMs: 300, electionTimeoutMaxMs: 200 }, "electionTimeoutMaxMs"],
    ["a timeout that one lost heartbeat exceeds", { electionTimeoutMinMs: 99 }, "electionTimeoutMinMs"],
    ["half an entry", { trailingEntries: 2.5 }, "trailingEntries"],
    ["a part of an entry", { catchUpEntriesMax: 0.1 }, "catchUpEntriesMax"],
  ])("%s is refused by name", (_, options, name) => {
    const resolve = (): unknown => resolveOptions({ id: "n1", random, ...options });
    expect(resolve).toThrow(TypeError);
    expect(resolve).toThrow(name);
  });

  test("the smallest legal values are taken", () => {
    const smallest = {
      heartbeatIntervalMs: 1,
      electionTimeoutMinMs: 2,
      electionTimeoutMaxMs: 3,
      inflightMessagesMax: 1,
      inflightBytesMax: 1,
      appendBytesMax: 1,
      applyBytesMax: 1,
      uncommittedBytesMax: 0,
      tailBytesMax: 0,
      trailingEntries: 0,
      catchUpEntriesMax: 0,
    };
    expect(resolveOptions({ id: "n1", random, ...smallest })).toMatchObject(smallest);
  });
});
