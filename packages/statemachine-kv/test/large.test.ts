import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, test } from "vitest";
import { KvStateMachine, encodeCommand } from "../src/index.ts";
import { bytes } from "./text.ts";

/** The long run, of a million keys: `QUORATE_LONG=1`. */
const KEYS = process.env["QUORATE_LONG"] === "1" ? 1_000_000 : 50_000;
const MIB = 2 ** 20;
const CHUNK_BYTES_MAX = 1.25 * MIB;
const PAUSE_MS_MAX = 250;

setFlagsFromString("--expose-gc");
const collectGarbage: () => void = runInNewContext("gc");

function heldMib(): number {
  collectGarbage();
  const { heapUsed, external } = process.memoryUsage();
  return (heapUsed + external) / MIB;
}

function put(machine: KvStateMachine, at: number, value: string): void {
  machine.apply(encodeCommand({ type: "put", key: bytes(`key-${at}`), value: bytes(value) }));
}

/** Of this process, so that what else the machine does is not counted. */
function cpuMs(since?: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(since);
  return (user + system) / 1000;
}

test("M13 a snapshot of a large state pauses nobody and copies nothing as a whole", { timeout: 300_000 }, async () => {
  const before = heldMib();
  const machine = new KvStateMachine();
  for (let at = 0; at < KEYS; at += 1) put(machine, at, `value ${at} of a large state`);
  const stateMib = heldMib() - before;
  const digest = machine.digest();

  let since = process.cpuUsage();
  const snapshot = machine.snapshot();
  const callMs = cpuMs(since);
  let [pauseMs, sizeBytes, chunkMost, heldMost] = [0, 0, 0, 0];
  const chunks: Uint8Array[] = [];
  since = process.cpuUsage();
  for (const chunk of snapshot) {
    pauseMs = Math.max(pauseMs, cpuMs(since));
    chunks.push(chunk);
    sizeBytes += chunk.length;
    chunkMost = Math.max(chunkMost, chunk.length);
    put(machine, chunks.length, "changed while the snapshot streams");
    if (chunks.length % 16 === 0) heldMost = Math.max(heldMost, heldMib() - before - sizeBytes / MIB);
    since = process.cpuUsage();
  }
  const restored = new KvStateMachine();
  await restored.restore(
    (async function* () {
      yield* chunks;
    })(),
  );
  const ms = (value: number): string => `${value.toFixed(0)} ms`;
  console.log(
    `${KEYS} keys: ${stateMib.toFixed(0)} MiB; a snapshot of ${(sizeBytes / MIB).toFixed(1)} MiB in ${chunks.length} chunks, ` +
      `called in ${ms(callMs)}, at most ${ms(pauseMs)} a chunk, ${(heldMost - stateMib).toFixed(0)} MiB besides`,
  );
  expect(restored.digest()).toBe(digest);
  expect(callMs).toBeLessThan(PAUSE_MS_MAX);
  expect(pauseMs).toBeLessThan(PAUSE_MS_MAX);
  expect(chunkMost).toBeLessThanOrEqual(CHUNK_BYTES_MAX);
  expect(heldMost).toBeLessThan(1.25 * stateMib + 8);
});
