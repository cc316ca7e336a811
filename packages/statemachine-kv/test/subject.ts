import type { Random } from "@quorate/raft-core";
import type { StateMachineSubject } from "@quorate/testing";
import { type Command, type KvQuery, KvStateMachine, compareAndSet, encodeCommand } from "../src/index.ts";
import { bytes } from "./text.ts";

const pick = (random: Random, below: number): number => Math.floor(random.next() * below);

function randomCommand(random: Random): Uint8Array {
  const key = bytes(`key-${pick(random, 300)}`);
  const value = new Uint8Array(pick(random, 200)).fill(pick(random, 256));
  const commands: readonly Command[] = [
    { type: "put", key, value },
    { type: "put", key, value },
    { type: "put", key, value },
    { type: "delete", key },
    { type: "delete-range", range: { prefix: bytes(`key-${10 + pick(random, 20)}`) } },
    compareAndSet(key, value, pick(random, 50)),
    {
      type: "txn",
      compares: [{ target: "version", key, operator: ">", value: pick(random, 3) }],
      success: [
        { type: "put", key, value },
        { type: "range", range: { prefix: bytes("key-2") }, limit: 5 },
      ],
      failure: [{ type: "get", key }],
    },
  ];
  const command = commands[pick(random, commands.length)];
  return command === undefined ? new Uint8Array(0) : encodeCommand(command);
}

const queries: readonly KvQuery[] = [
  { type: "range", range: {} },
  { type: "range", range: { prefix: bytes("key-1") }, limit: 3, keysOnly: true },
  { type: "count", range: { start: bytes("key-2"), end: bytes("key-5") } },
  { type: "get", key: bytes("key-7") },
];

const put: readonly number[] = [...encodeCommand({ type: "put", key: bytes("a"), value: bytes("b") })];
const noCommands: readonly Uint8Array[] = [
  new Uint8Array(0),
  bytes("nonsense"),
  Uint8Array.from(put.slice(0, -1)),
  Uint8Array.of(...put, 0),
  Uint8Array.of(0xc1, ...put.slice(1)),
];

/** The key-value store, as the suite wants it. */
export const subject: StateMachineSubject<KvStateMachine> = {
  create: () => new KvStateMachine(),
  command: randomCommand,
  queries,
  invalid: noCommands,
  digest: (machine) => machine.digest(),
};
