import { raftDefaults } from "@quorate/raft-core";
import { describe, expect, test } from "vitest";
import { systemClock } from "../src/clock.ts";
import { type RaftNodeOptions, settingsOf } from "../src/options.ts";
import { Disk, DiskStorage } from "./support/disk.ts";
import { Shelf, ShelfStore } from "./support/shelf.ts";
import { TextMachine } from "./support/text-machine.ts";
import { VirtualClock } from "./support/virtual-clock.ts";

type Options = RaftNodeOptions<number, number, readonly string[]>;

const members = [{ id: "n1", address: "" }];

function options(changes: Readonly<Record<string, unknown>> = {}): Options {
  const base: Options = {
    id: "n1",
    members,
    storage: new DiskStorage(new Disk(), new VirtualClock()),
    transport: {
      start: () => undefined,
      setMembers: () => undefined,
      send: () => undefined,
      close: async () => undefined,
    },
    snapshots: new ShelfStore(new Shelf()),
    stateMachine: new TextMachine(),
  };
  return { ...base, ...changes };
}

describe("options", () => {
  test("have defaults for all but the ports and the id", () => {
    const settings = settingsOf(options());
    const { leaseDriftMax, ...defaults } = raftDefaults;
    expect(settings.core.leaseDriftMax).toBe(leaseDriftMax);
    expect(settings.core).toMatchObject({ id: "n1", ...defaults });
    expect(settings.clock).toBe(systemClock);
    expect(settings.snapshotChunkBytes).toBe(256 * 1024);
    expect(settings.snapshotPolicy({ entries: 9_999, bytes: 64 * 2 ** 20 - 1, snapshotBytes: 0 })).toBe(false);
    expect(settings.snapshotPolicy({ entries: 10_000, bytes: 0, snapshotBytes: 0 })).toBe(true);
    expect(settings.snapshotPolicy({ entries: 1, bytes: 64 * 2 ** 20, snapshotBytes: 0 })).toBe(true);
  });

  test("undefined means the default", () => {
    expect(settingsOf(options({ heartbeatIntervalMs: undefined, logger: undefined })).core.heartbeatIntervalMs).toBe(
      50,
    );
  });

  test.each<[string, Readonly<Record<string, unknown>>, RegExp]>([
    ["an empty id", { id: "" }, /^id: /],
    ["an id that is no text", { id: 7 }, /^id: /],
    ["no member at all", { members: [] }, /^members: /],
    ["members without this node", { members: [{ id: "n2", address: "" }] }, /^members: must name this node/],
    ["a member named twice", { members: [...members, ...members] }, /^members: must name no node twice/],
    ["a member without an address", { members: [{ id: "n1" }] }, /^members\.0\.address: /],
    ["nodes to join", { members: undefined, join: members }, /^join: /],
    ["members and join", { join: true }, /^join: cannot stand beside members/],
    ["a time of 0", { heartbeatIntervalMs: 0 }, /^heartbeatIntervalMs: /],
    ["a time that is no number", { electionTimeoutMinMs: "150" }, /^electionTimeoutMinMs: /],
    [
      "equal timeouts",
      { electionTimeoutMinMs: 200, electionTimeoutMaxMs: 200 },
      /^electionTimeoutMaxMs: must be above/,
    ],
    [
      "P18: a timeout within two heartbeats",
      { heartbeatIntervalMs: 100 },
      /^electionTimeoutMinMs: must be at least twice/,
    ],
    ["a negative limit", { inboxBytesMax: -1 }, /^inboxBytesMax: /],
    ["a limit that is no integer", { snapshotChunkBytes: 1.5 }, /^snapshotChunkBytes: /],
    ["commands above what may be uncommitted", { commandBytesMax: 2 ** 30 }, /^commandBytesMax: must be at most/],
    ["an unknown option", { heartbeatInterval: 50 }, /heartbeatInterval/],
    ["no storage", { storage: undefined }, /^storage is missing/],
    [
      "a transport that cannot send",
      { transport: { start() {}, setMembers() {}, close() {} } },
      /^transport has no method send/,
    ],
    ["no snapshots", { snapshots: null }, /^snapshots is missing/],
    ["no state machine", { stateMachine: {} }, /^stateMachine has no method apply/],
  ])("%s is refused by name and rule", (_, changes, message) => {
    expect(() => settingsOf(options(changes))).toThrow(TypeError);
    expect(() => settingsOf(options(changes))).toThrow(message);
  });
});
