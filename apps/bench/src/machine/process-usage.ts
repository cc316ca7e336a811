import { readFile } from "node:fs/promises";

/** What a process has taken since it began. */
export interface ProcessUsage {
  /** Of all its threads, in user and in kernel mode. */
  readonly cpuSeconds: number;
  /** The most memory that it had at once (resident). */
  readonly peakMemoryBytes: number;
}

/** The kernel's unit in `/proc/PID/stat`, the same on every Linux. */
const ticksPerSecond = 100;

/** Of a process that runs; rejects for another, and where there is no `/proc`. */
export async function usageOf(pid: number): Promise<ProcessUsage> {
  const [stat, status] = await Promise.all(["stat", "status"].map((name) => readFile(`/proc/${pid}/${name}`, "utf8")));
  return usageIn(stat ?? "", status ?? "");
}

/** The same with what `/proc/PID/stat` and `/proc/PID/status` say. */
export function usageIn(stat: string, status: string): ProcessUsage {
  // The command's name, in brackets, may hold anything.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const ticks = Number(fields[11]) + Number(fields[12]);
  const peakKiB = Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1]);
  if (!Number.isFinite(ticks) || !Number.isFinite(peakKiB)) {
    throw new Error("/proc says nothing of the process's CPU time and memory: it has ended, or this is not Linux");
  }
  return { cpuSeconds: ticks / ticksPerSecond, peakMemoryBytes: peakKiB * 1024 };
}
