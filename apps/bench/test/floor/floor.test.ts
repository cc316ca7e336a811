import type { AppendEntries, Message } from "@quorate/raft-core";
import { expect, onTestFinished, test } from "vitest";
import { floor } from "../../src/floor/floor-system.ts";
import { Follower } from "../../src/floor/follower.ts";
import { Leader } from "../../src/floor/leader.ts";
import { Ground } from "../../src/ground/ground.ts";
import { runOnce } from "../../src/servers/run.ts";

const failed = (error: unknown): never => {
  throw error;
};

/** The revision shows the command that was applied, and where. */
const apply = (command: Uint8Array, index: number): number => 10 * index + command.length;

/** A disk that is done when it is told. */
function slowDisk(): { storage: { append: () => Promise<void> }; sync: () => void } {
  let sync = (): void => undefined;
  const append = (): Promise<void> => new Promise((resolve) => (sync = resolve));
  return { storage: { append }, sync: () => sync() };
}

/** What has been set in motion by now is done. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test("a command is answered when a majority has it durably, and not before", async () => {
  const sent: { to: string; message: Message }[] = [];
  const { storage, sync } = slowDisk();
  const transport = { send: (to: string, message: Message) => void sent.push({ to, message }) };
  const leader = new Leader("n1", ["n1", "n2", "n3"], { apply, storage, transport, failed });
  const answered: number[][] = [];
  leader.take(new Uint8Array(1), (...told) => answered.push(told));
  leader.take(new Uint8Array(2), (...told) => answered.push(told));
  await settled();
  expect(sent.map(({ to }) => to)).toEqual(["n2", "n3"]);
  expect(sent.map(({ message }) => message.type === "append-entries" && message.entries.length)).toEqual([2, 2]);
  leader.receive("n2", reply(1));
  expect(answered).toEqual([]);
  sync();
  await settled();
  expect(answered).toEqual([[1, 11]]);
  leader.receive("n3", reply(2));
  expect(answered).toEqual([
    [1, 11],
    [2, 22],
  ]);
});

test("a follower acknowledges what it was sent when that is durable", async () => {
  const sent: Message[] = [];
  const { storage, sync } = slowDisk();
  const transport = { send: (_to: string, message: Message) => void sent.push(message) };
  const follower = new Follower({ apply, storage, transport, failed });
  const message: AppendEntries = {
    ...{ type: "append-entries", term: 1, prevIndex: 7, prevTerm: 1, commitIndex: 7, entries: [] },
  };
  follower.receive("n1", message);
  await settled();
  expect(sent).toEqual([]);
  sync();
  await settled();
  expect(sent).toEqual([expect.objectContaining({ accepted: true, matchIndex: 7 })]);
});

test("three processes have every put in their logs, by the client and the load of ours", async () => {
  const ground = await Ground.open({ progress: () => undefined, warn: () => undefined });
  onTestFinished(() => ground.close());
  const size = { clients: 8, connections: 2, total: 200, warmUp: 20, valueBytes: 64, keys: 10, nodes: 3 };
  const run = await runOnce(
    { system: floor({ applies: true }), load: { scenario: "put", ...size }, name: "floor" },
    ground,
  );
  expect(run).toMatchObject({ operations: 200, errors: 0, leader: "n1" });
  // One node of three may be a little behind when it is read, before the load or after it, and be ahead or behind by that.
  expect(run.processes.map(({ entries }) => entries)).toContain(200);
}, 20_000);

function reply(matchIndex: number): Message {
  return {
    ...{ type: "append-entries-reply", term: 1, accepted: true, prevIndex: 0, matchIndex, hintIndex: 0, hintTerm: 0 },
  };
}
