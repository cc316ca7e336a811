import { randomUUID } from "node:crypto";
import { open, readFile, rename, rm } from "node:fs/promises";
import { type FileLock, RaftError } from "@quorate/raft-core";
import { type ProcessIdentity, isGone, ownIdentity } from "./process-identity.ts";

/*
 * The lock file is a small log of lines, which whoever wants the lock appends to:
 *
 *     claim TOKEN PID START-TIME BOOT-ID PID-SPACE
 *     end TOKEN
 *
 * Read from its beginning, a claim takes effect if nobody holds the lock where it stands, and is void for ever if
 * somebody does; an end takes effect if the holder's claim has that token. An end is written by the holder that lets
 * go, or by anybody who has seen that the holder's process is over, which stays true. The system appends one whole
 * piece after the other, so all readers agree on the holder, and two takers of a stale lock can never both win.
 *
 * Whoever has appended reads the file again *by its name*: a line that went into a file which was replaced meanwhile
 * counts for nothing. Only the holder replaces the file, while it takes the lock, so that it does not grow for ever.
 */

interface Claim extends ProcessIdentity {
  readonly token: string;
}

const LINE = /^(?:claim (\S+) ([1-9]\d*) (\S+) (\S+) (\S+)|end (\S+)) $/;

const REPLACE_ABOVE_BYTES = 16 * 1024;

/** Every piece begins with a line break, in case the one before it was torn; a line's last blank shows that it is whole. */
function claimLine(claim: Claim): string {
  return `\nclaim ${claim.token} ${claim.pid} ${claim.startTime} ${claim.bootId} ${claim.pidSpace} \n`;
}

function endLine(claim: Claim): string {
  return `\nend ${claim.token} \n`;
}

/** The claim that holds the lock, as every reader of the same text sees it. */
export function holderIn(text: string): Claim | undefined {
  let holder: Claim | undefined;
  for (const line of text.split("\n")) {
    const [, token, pid, startTime = "", bootId = "", pidSpace = "", ended] = LINE.exec(line) ?? [];
    if (token !== undefined) holder ??= { token, pid: Number(pid), startTime, bootId, pidSpace };
    else if (ended !== undefined && holder?.token === ended) holder = undefined;
  }
  return holder;
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, "latin1");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return "";
    throw error;
  }
}

/** One `write` on a descriptor that appends, so that lines of two processes never mix. */
async function append(path: string, text: string): Promise<void> {
  const file = await open(path, "a");
  try {
    const { bytesWritten } = await file.write(text, null, "latin1");
    if (bytesWritten < text.length) throw Object.assign(new Error(`ENOSPC: no room in ${path}`), { code: "ENOSPC" });
  } finally {
    await file.close();
  }
}

function lockedBy(path: string, holder: Claim, own: ProcessIdentity): RaftError {
  const ours = holder.pid === own.pid && holder.pidSpace === own.pidSpace;
  const elsewhere = holder.pidSpace === own.pidSpace ? "" : " of another container or PID namespace";
  const remedy = ours ? "close it first" : `stop that process, or remove ${path} if you know that it is gone`;
  return new RaftError(
    "LOCKED",
    `${path} is held by process ${holder.pid}${ours ? " (this one)" : elsewhere}: ${remedy}`,
  );
}

/**
 * Takes the lock, or rejects with `LOCKED`. A lock whose process is over, by `kill -9` or with its machine, is taken
 * over; a process number that was given out again is not mistaken for the holder. What this rests on: the directory is
 * on a local file system, where an append is one piece; nobody removes the file while the lock is held.
 */
export async function lockFile(path: string): Promise<FileLock> {
  const claim: Claim = { token: randomUUID(), ...ownIdentity() };
  for (;;) {
    const text = await readText(path);
    const holder = holderIn(text);
    if (holder !== undefined && holder.token !== claim.token) {
      if (!isGone(holder, claim)) throw lockedBy(path, holder, claim);
      await append(path, endLine(holder) + claimLine(claim));
    } else if (holder === undefined) {
      await append(path, claimLine(claim));
    } else {
      if (text.length > REPLACE_ABOVE_BYTES) await replace(path, claim);
      return new HeldLock(path, claim);
    }
  }
}

/**
 * The number of the process that holds the lock; undefined where none does, or where its process is over. Writes nothing,
 * takes nothing: the answer may be out of date at once.
 */
export async function lockHolder(path: string): Promise<number | undefined> {
  const holder = holderIn(await readText(path));
  return holder === undefined || isGone(holder, ownIdentity()) ? undefined : holder.pid;
}

/** Begins the file anew. What others append to the old one meanwhile is void, as it comes after the holder's claim. */
async function replace(path: string, claim: Claim): Promise<void> {
  const temporary = `${path}.${claim.token}`;
  try {
    await append(temporary, claimLine(claim));
    await rename(temporary, path);
  } finally {
    await rm(temporary, { force: true });
  }
}

class HeldLock implements FileLock {
  readonly #path: string;
  readonly #claim: Claim;
  #released: Promise<void> | undefined;

  constructor(path: string, claim: Claim) {
    this.#path = path;
    this.#claim = claim;
  }

  release(): Promise<void> {
    this.#released ??= append(this.#path, endLine(this.#claim));
    return this.#released;
  }
}
