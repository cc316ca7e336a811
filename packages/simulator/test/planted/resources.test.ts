import type { FileSystem, Transport } from "@quorate/raft-core";
import { describe, expect, test } from "vitest";
import { type Hooks, type Plan, drawPlan, simulate } from "../../src/index.ts";

/** Much is written, and what is not needed any more has to go. */
function busy(seed: bigint): Plan {
  const { configuration, ...plan } = drawPlan(seed, "calm", { nodes: 3, durationMs: 3000 });
  const workload = { ...configuration.workload, clients: 4, thinkMs: 10, valueBytes: 100 };
  const node = { ...configuration.node, segmentBytes: 512, snapshotEntries: 10 };
  return { ...plan, configuration: { ...configuration, node, workload } };
}

function removing(isRemoved: (path: string) => boolean): Hooks {
  return {
    fileSystem: (inner): FileSystem => ({
      makeDirectory: (path) => inner.makeDirectory(path),
      list: (path) => inner.list(path),
      open: (path, mode) => inner.open(path, mode),
      rename: (from, to) => inner.rename(from, to),
      remove: (path) => (isRemoved(path) ? inner.remove(path) : Promise.resolve()),
      syncDirectory: (path) => inner.syncDirectory(path),
      lock: (path) => inner.lock(path),
    }),
  };
}

const neverCompacts: Hooks = {
  storage: (inner) => ({
    load: () => inner.load(),
    append: (write) => inner.append(write),
    read: (from, to, maxBytes) => inner.read(from, to, maxBytes),
    compact: () => inner.append({ entries: [] }),
    reset: (position) => inner.reset(position),
    close: () => inner.close(),
  }),
};

describe("I15 what is not needed any more has to go", () => {
  test("a busy node keeps what it needs", async () => {
    expect((await simulate(busy(1n))).violation).toBeUndefined();
  });

  test.each([
    ["a storage that never compacts", neverCompacts, /its log takes \d+ bytes, where \d+ are enough/],
    ["segments that are never deleted", removing((path) => !path.endsWith(".log")), /its log takes \d+ bytes/],
    ["snapshots that are never deleted", removing((path) => !path.includes("snapshots")), /it keeps \d+ files/],
    [
      "a node that takes no snapshots",
      { traits: (traits) => ({ ...traits, snapshotEntries: 1e6 }) } satisfies Hooks,
      /its log has \d+ entries, where \d+ are enough/,
    ],
    [
      "a leader that sends more than its window allows",
      {
        traits: (traits) => ({ ...traits, raft: { ...traits.raft, inflightMessagesMax: 1000, inflightBytesMax: 1e6 } }),
      } satisfies Hooks,
      /messages with entries on their way to n\d, where 4 are allowed/,
    ],
  ] as const)("%s", async (_name, hooks, reason) => {
    const plan = busy(1n);
    const { configuration } = plan;
    const raft = { ...configuration.node.raft, inflightMessagesMax: 1, catchUpEntriesMax: 10 };
    const node = { ...configuration.node, raft };
    const { violation } = await simulate({ ...plan, configuration: { ...configuration, node } }, { hooks });
    expect(violation).toMatchObject({ invariant: "I15" });
    expect(violation?.reason).toMatch(reason);
  });

  test("P54 a livelock at one moment ends the run, and does not hang it", async () => {
    const { configuration, ...plan } = busy(1n);
    const link = { ...configuration.link, delayMsMin: 0, delayMsMean: 0 };
    const echoing: Hooks = {
      transport: (inner): Transport => ({
        start: (handler) =>
          inner.start({
            unreachable: (id) => handler.unreachable(id),
            receive(from, message) {
              handler.receive(from, message);
              inner.send(from, message);
            },
          }),
        setMembers: (members) => inner.setMembers(members),
        send: (to, message) => inner.send(to, message),
        close: () => inner.close(),
      }),
    };
    const { violation } = await simulate({ ...plan, configuration: { ...configuration, link } }, { hooks: echoing });
    expect(violation).toMatchObject({ invariant: "I15" });
    expect(violation?.reason).toContain("events happen within one millisecond");
  });
});

test("I9 a storage that resolves too early is found at that moment, without any crash", async () => {
  const hasty: Hooks = {
    storage: (inner) => ({
      load: () => inner.load(),
      append(write) {
        inner.append(write).catch(() => undefined);
        return Promise.resolve();
      },
      read: (from, to, maxBytes) => inner.read(from, to, maxBytes),
      compact: (position) => inner.compact(position),
      reset: (position) => inner.reset(position),
      close: () => inner.close(),
    }),
  };
  const { violation } = await simulate(busy(1n), { hooks: hasty });
  expect(violation).toMatchObject({ invariant: "I9" });
  expect(violation?.reason).toMatch(/says that entry \d+ is durable, but the disk could still lose it/);
});

test("I9 so is one that never syncs", async () => {
  const lazy: Hooks = {
    fileSystem: (inner): FileSystem => ({
      makeDirectory: (path) => inner.makeDirectory(path),
      list: (path) => inner.list(path),
      async open(path, mode) {
        const handle = await inner.open(path, mode);
        return {
          sizeBytes: () => handle.sizeBytes(),
          read: (target, offsetBytes) => handle.read(target, offsetBytes),
          write: (chunks, offsetBytes) => handle.write(chunks, offsetBytes),
          truncate: (sizeBytes) => handle.truncate(sizeBytes),
          sync: () => Promise.resolve(),
          close: () => handle.close(),
        };
      },
      rename: (from, to) => inner.rename(from, to),
      remove: (path) => inner.remove(path),
      syncDirectory: (path) => inner.syncDirectory(path),
      lock: (path) => inner.lock(path),
    }),
  };
  expect((await simulate(busy(1n), { hooks: lazy })).violation).toMatchObject({ invariant: "I9" });
});
