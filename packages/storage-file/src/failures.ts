import { RaftError } from "@quorate/raft-core";

export const REMEDY =
  "Move the directory away, remove this node from the cluster and add it anew, so that its peers bring it up to date";

/** Where a log is damaged, and why no crash explains it: the cause of a `CORRUPT`. */
export class LogDamage extends Error {
  readonly path: string;
  readonly offsetBytes: number;

  constructor(path: string, offsetBytes: number, reason: string) {
    super(reason);
    this.name = "LogDamage";
    this.path = path;
    this.offsetBytes = offsetBytes;
  }
}

/** Damage that no crash can explain. The node must not go on from here: it would have forgotten what it promised. */
export function corrupt(path: string, offsetBytes: number, reason: string): RaftError {
  const cause = new LogDamage(path, offsetBytes, reason);
  return new RaftError(
    "CORRUPT",
    `${path} is damaged at offset ${offsetBytes}: ${reason}. Nothing was changed. ${REMEDY}`,
    { cause },
  );
}

/** Wraps what a file system refused; an error that says all by itself stays as it is. */
export function storageFailed(what: string, cause: unknown): RaftError {
  if (cause instanceof RaftError) return cause;
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new RaftError("STORAGE_FAILED", `${what} failed (${reason})`, { cause });
}
