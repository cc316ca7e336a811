import type { Dice } from "@quorate/virtual-time";
import type { CrashModel } from "./crash-model.ts";
import { FileBytes } from "./file-bytes.ts";

/** A change that is in the cache and may not be on the disk. */
type Change =
  | { readonly type: "write"; readonly offsetBytes: number; readonly data: Uint8Array }
  | { readonly type: "truncate"; readonly sizeBytes: number };

const SECTOR_BYTES = 512;

function perform(bytes: FileBytes, change: Change): void {
  if (change.type === "write") bytes.write(change.data, change.offsetBytes);
  else bytes.truncate(change.sizeBytes);
}

/** A part of a change: what a crash in its middle leaves of it. */
function torn(change: Change, dice: Dice): Change | undefined {
  if (change.type === "truncate") return dice.chance(0.5) ? change : undefined;
  const length = dice.below(change.data.length + 1);
  return length === 0 ? undefined : { ...change, data: change.data.subarray(0, length) };
}

/** A file: what its readers see, and what would be left of it without power. */
export class FileNode {
  readonly type = "file";
  #cached = new FileBytes();
  #durable = new FileBytes();
  /** What leads from `#durable` to `#cached`, unless an error has dropped some of it. */
  #unsynced: Change[] = [];
  /** How many changes are durable, or forgotten. */
  #settledCount = 0;
  /** Where what the last sync made durable begins. */
  #lastSyncedFromBytes = 0;

  get sizeBytes(): number {
    return this.#cached.sizeBytes;
  }

  /** Names the changes up to now: what `sync` is to cover. */
  get changeCount(): number {
    return this.#settledCount + this.#unsynced.length;
  }

  /** Whether a crash could still take something away. */
  get isDirty(): boolean {
    return this.#unsynced.length > 0;
  }

  read(target: Uint8Array, offsetBytes: number): number {
    return this.#cached.read(target, offsetBytes);
  }

  write(data: Uint8Array, offsetBytes: number): void {
    this.#change({ type: "write", offsetBytes, data });
  }

  truncate(sizeBytes: number): void {
    this.#change({ type: "truncate", sizeBytes });
  }

  /** Whether these bytes, one after the other, would be there after the worst crash that is possible now. */
  holds(bytes: Uint8Array): boolean {
    return this.#durable.includes(bytes);
  }

  /** Makes everything up to this `changeCount` durable. */
  sync(changeCount: number): void {
    const covered = this.#unsynced.splice(0, Math.max(0, changeCount - this.#settledCount));
    this.#settledCount += covered.length;
    for (const change of covered) perform(this.#durable, change);
    const offsets = covered.flatMap((change) => (change.type === "write" ? [change.offsetBytes] : []));
    if (offsets.length > 0) this.#lastSyncedFromBytes = Math.min(...offsets);
  }

  /**
   * A sync that failed: what was written is no longer dirty, and never will be durable. Readers see it all the same. The
   * file's length is not data and stays as dirty as it was.
   */
  forget(): void {
    this.#settle(this.#unsynced.filter((change) => change.type === "truncate"));
  }

  /** Power is lost, and comes back. */
  crash(model: CrashModel, dice: Dice): void {
    if (this.#unsynced.length > 0) this.#durable = this.#left(model, dice);
    this.#settle([]);
    this.#cached = this.#durable.clone();
  }

  /**
   * Damages what is durable. Of a file that grows write by write the last one is spared: nobody could tell that from a
   * write which a crash has torn. False where there is nothing to damage.
   */
  rot(dice: Dice): boolean {
    const sizeBytes = Math.min(this.#durable.sizeBytes, this.#lastSyncedFromBytes || Infinity);
    if (sizeBytes === 0) return false;
    const offsetBytes = dice.below(sizeBytes);
    const bit = dice.below(8);
    this.#durable.flipBit(offsetBytes, bit);
    if (offsetBytes < this.#cached.sizeBytes) this.#cached.flipBit(offsetBytes, bit);
    return true;
  }

  #change(change: Change): void {
    perform(this.#cached, change);
    this.#unsynced.push(change);
  }

  /** Everything unsynced is dealt with, but for `rest`. */
  #settle(rest: Change[]): void {
    this.#settledCount += this.#unsynced.length - rest.length;
    this.#unsynced = rest;
  }

  #left(model: CrashModel, dice: Dice): FileBytes {
    switch (model) {
      case "ordered":
        return this.#leftInOrder(dice);
      case "sectors":
        return this.#leftOfSectors(dice);
      case "writes":
        return this.#leftOfWrites(dice);
    }
  }

  #leftInOrder(dice: Dice): FileBytes {
    const bytes = this.#durable.clone();
    const kept = dice.below(this.#unsynced.length + 1);
    for (const change of this.#unsynced.slice(0, kept)) perform(bytes, change);
    const next = this.#unsynced[kept];
    const part = next && torn(next, dice);
    if (part !== undefined) perform(bytes, part);
    return bytes;
  }

  #leftOfWrites(dice: Dice): FileBytes {
    const bytes = this.#durable.clone();
    for (const change of this.#unsynced) {
      const fate = dice.below(3);
      const part = fate === 0 ? change : fate === 1 ? torn(change, dice) : undefined;
      if (part !== undefined) perform(bytes, part);
    }
    return bytes;
  }

  /**
   * Each sector as of some moment. So is the length: what lies behind it is gone, what was not written is zero. A disk
   * writes sectors in any order; the one that it was writing when the power went is torn, those behind it in the file may
   * be there.
   */
  #leftOfSectors(dice: Dice): FileBytes {
    const moments = this.#unsynced.length + 1;
    const sectors = Math.ceil(Math.max(this.#durable.sizeBytes, this.#cached.sizeBytes) / SECTOR_BYTES);
    const tornSector = dice.chance(0.5) ? dice.below(sectors) : -1;
    const momentOf = Array.from({ length: sectors }, () => dice.below(moments));
    const sizeMoment = dice.below(moments);
    const bytes = new FileBytes();
    const now = this.#durable.clone();
    let sizeBytes = 0;
    for (let moment = 0; moment < moments; moment += 1) {
      const change = this.#unsynced[moment - 1];
      if (change !== undefined) perform(now, change);
      if (moment === sizeMoment) sizeBytes = now.sizeBytes;
      for (const [sector, chosen] of momentOf.entries()) {
        const isTorn = sector === tornSector && moment === chosen + 1;
        if ((moment !== chosen && !isTorn) || now.sizeBytes <= sector * SECTOR_BYTES) continue;
        const piece = new Uint8Array(Math.min(SECTOR_BYTES, now.sizeBytes - sector * SECTOR_BYTES));
        now.read(piece, sector * SECTOR_BYTES);
        bytes.write(isTorn ? piece.subarray(0, dice.below(piece.length + 1)) : piece, sector * SECTOR_BYTES);
      }
    }
    bytes.truncate(sizeBytes);
    return bytes;
  }
}
