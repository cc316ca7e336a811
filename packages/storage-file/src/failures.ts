import { RaftError } from "@quorate/raft-core";

/** Damage that no crash can explain. The node must not go on from here: it would have forgotten what it promised. */
export function corrupt(path: string, offsetBytes: number, reason: string): RaftError {
  return new RaftError(
    "CORRUPT",
    `${path} is damaged at offset ${offsetBytes}: ${reason}. Nothing was changed. ` +
      "Move the directory away, remove this node from the cluster and add it anew, so that its peers bring it up to date",
  );
}

/** Wraps what a file system refused; an error that says all by itself stays as it is. */
export function storageFailed(what: string, cause: unknown): RaftError {
  if (cause instanceof RaftError) return cause;
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new RaftError("STORAGE_FAILED", `${what} failed (${reason})`, { cause });
}
