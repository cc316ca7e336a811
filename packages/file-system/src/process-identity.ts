import { readFileSync, readlinkSync } from "node:fs";

/**
 * Names one run of one process. A number alone does not: numbers are given out again. Where the system does not tell a
 * field, it is "-" and is not compared.
 */
export interface ProcessIdentity {
  readonly pid: number;
  /** Since the machine was started, in the system's ticks. */
  readonly startTime: string;
  /** Which start of which machine. */
  readonly bootId: string;
  /** The space that `pid` is a number in; a container usually has one of its own. */
  readonly pidSpace: string;
}

const UNKNOWN = "-";

function orUnknown(read: () => string | undefined): string {
  try {
    return read()?.trim().replaceAll(/\s/g, "") || UNKNOWN;
  } catch {
    // No such thing on this platform, or not for our eyes.
    return UNKNOWN;
  }
}

/** The fields of /proc/PID/stat from the third on; the second, a name in parentheses, may hold anything. */
function statFields(pid: number): readonly string[] {
  const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
  return stat.slice(stat.lastIndexOf(")") + 2).split(" ");
}

function startTimeOf(pid: number): string {
  return orUnknown(() => statFields(pid)[19]);
}

export function ownIdentity(): ProcessIdentity {
  return {
    pid: process.pid,
    startTime: startTimeOf(process.pid),
    bootId: orUnknown(() => readFileSync("/proc/sys/kernel/random/boot_id", "latin1")),
    pidSpace: orUnknown(() => readlinkSync("/proc/self/ns/pid")),
  };
}

/**
 * Whether that run is over. Once true it stays true. In doubt it is false: a process that cannot be looked at is taken
 * to be alive.
 */
export function isGone(identity: ProcessIdentity, own: ProcessIdentity): boolean {
  if (differ(identity.bootId, own.bootId)) return true;
  if (differ(identity.pidSpace, own.pidSpace)) return false;
  if (!isRunning(identity.pid)) return true;
  return differ(identity.startTime, startTimeOf(identity.pid));
}

function differ(a: string, b: string): boolean {
  return a !== UNKNOWN && b !== UNKNOWN && a !== b;
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return !(error instanceof Error && "code" in error && error.code === "ESRCH");
  }
  // A zombie has let go of everything and only waits for its parent to ask how it ended.
  return orUnknown(() => statFields(pid)[0]) !== "Z";
}
