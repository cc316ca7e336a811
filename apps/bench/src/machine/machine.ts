import { open } from "node:fs/promises";
import { cpus, loadavg, release, totalmem, type } from "node:os";
import { join } from "node:path";
import { Latencies } from "../report/latencies.ts";
import { fileSystemOf } from "./file-system.ts";

/** What figures were measured on: part of every report. */
export interface Machine {
  readonly processor: string;
  readonly cores: number;
  readonly memoryBytes: number;
  readonly system: string;
  readonly node: string;
  /** Of the disk that was written to; `unknown` where it cannot be found out. */
  readonly fileSystem: string;
  /** Of 4 KiB at the end of a file that has its size, again and again: what one sync costs there. */
  readonly fdatasyncMs: { readonly p50: number; readonly p99: number };
  /** Of the last minute, before anything was measured: above 0.5 or so somebody else wanted the cores, too. */
  readonly loadAverage: number;
}

const syncs = 100;
const blockBytes = 4096;

/** Writes to `directory` for a moment. */
export async function describeMachine(directory: string): Promise<Machine> {
  const processors = cpus();
  const [fileSystem = "unknown", { p50, p99 }] = await Promise.all([fileSystemOf(directory), measureSync(directory)]);
  return {
    processor: processors[0]?.model.trim() ?? "unknown",
    cores: processors.length,
    memoryBytes: totalmem(),
    system: `${type()} ${release()}`,
    node: process.version,
    fileSystem,
    fdatasyncMs: { p50, p99 },
    loadAverage: loadavg()[0] ?? 0,
  };
}

/** One line. */
export function machineInWords(machine: Machine): string {
  const { processor, cores, memoryBytes, system, node, fileSystem, fdatasyncMs, loadAverage } = machine;
  const memory = `${Math.round(memoryBytes / 2 ** 30)} GiB`;
  const sync = `fdatasync ${fdatasyncMs.p50.toFixed(2)} ms (p99 ${fdatasyncMs.p99.toFixed(2)} ms)`;
  return `${cores} × ${processor}, ${memory}, ${system}, Node ${node}, ${fileSystem}: ${sync}, load ${loadAverage.toFixed(2)}`;
}

async function measureSync(directory: string): Promise<{ readonly p50: number; readonly p99: number }> {
  await using file = await open(join(directory, "sync-probe"), "w");
  const block = new Uint8Array(blockBytes).fill(1);
  await file.write(new Uint8Array(syncs * blockBytes));
  await file.sync();
  const latencies = new Latencies();
  for (let i = 0; i < syncs; i += 1) {
    await file.write(block, 0, blockBytes, i * blockBytes);
    const startMs = performance.now();
    await file.datasync();
    latencies.record(performance.now() - startMs);
  }
  return latencies.summary();
}
