import { type Entry, type HardState, type Position, RaftError, type RaftErrorCode } from "@quorate/raft-core";
import type { StorageFailure } from "../src/index.ts";

/** What a toy storage keeps its log on. */
export interface ToyDisk {
  hardState: HardState;
  base: Position;
  entries: Entry[];
  openings: number;
  failure: StorageFailure | undefined;
  isLocked: boolean;
  /** Of entries that are in no log any more. */
  spareBytes: number;
  handles: number;
}

/** A part of a write that becomes durable as a whole. */
export type Step = (disk: ToyDisk) => void;

export function bytesOf(entries: readonly Entry[]): number {
  return entries.reduce((bytes, { sizeBytes }) => bytes + sizeBytes, 0);
}

export function failure(code: RaftErrorCode): RaftError {
  return new RaftError(code, `the toy says ${code}`);
}
