import { type ContentCall, contentAfter } from "./disk-call.ts";
import { subsets } from "./disk-state.ts";

/** What a disk writes in one piece, or begins to write. */
export const SECTOR_BYTES = 512;

/** Up to so many combinations of sectors are all tried. */
const COMBINATIONS_MAX = 64;

/** As many beside a sector that is torn, and with a length in between. */
const BESIDE_MAX = 8;

/** A sector that the changes touch, with each content that it has had, in order. */
interface Sector {
  readonly at: number;
  readonly versions: readonly Uint8Array[];
}

/**
 * What a crash may leave of a file of which `changes` are not synced: each sector as it was at some moment since, one of
 * them torn at any byte, whatever became of the others, and the file as long as it was at some moment; or the file of any
 * length in between, whatever became of the sectors before the one that it ends in. The first is the file without the
 * changes, the last the file with all of them.
 *
 * Every combination of up to six sectors is tried; of more, any number of the first or the last ones, and each alone,
 * there or not. Beside a torn sector, and with a length in between, every combination of up to three others. Lengths that
 * differ only in how many zeros there are at the end are tried around the boundaries of sectors.
 */
export function* tornContents(durable: Uint8Array, changes: readonly ContentCall[]): Generator<Uint8Array> {
  if (changes.length === 0) {
    yield durable;
    return;
  }
  const moments = [durable];
  for (const change of changes) moments.push(contentAfter(moments.at(-1) ?? durable, change));
  const latest = moments.at(-1) ?? durable;
  const whole = padded(latest, Math.max(...moments.map((moment) => moment.length)));
  const lengths = [...new Set(moments.map((moment) => moment.length))];
  const sectors = sectorsOf(moments);
  yield durable;
  for (const length of lengths) {
    for (const choice of choices(sectors, COMBINATIONS_MAX)) yield assembled(whole, length, choice);
    for (const torn of tornSectors(sectors)) yield* besides(whole, length, sectors, torn);
  }
  yield* lengthened(moments, sectors);
  yield latest;
}

type Choice = readonly { readonly at: number; readonly bytes: Uint8Array }[];

function sectorsOf(moments: readonly Uint8Array[]): readonly Sector[] {
  const longest = Math.max(...moments.map((moment) => moment.length));
  const sectors: Sector[] = [];
  for (let at = 0; at < longest; at += SECTOR_BYTES) {
    const versions: Uint8Array[] = [];
    for (const moment of moments) {
      const version = padded(moment.subarray(at, at + SECTOR_BYTES), SECTOR_BYTES);
      if (!versions.some((other) => isSame(other, version))) versions.push(version);
    }
    if (versions.length > 1) sectors.push({ at, versions });
  }
  return sectors;
}

/** A version for each sector: of all of them independently where there are few, else the first or the last. */
function choices(sectors: readonly Sector[], max: number): readonly Choice[] {
  const product = sectors.reduce((count, { versions }) => count * versions.length, 1);
  if (product > max) {
    return subsets(sectors.length, max).map((isLast) =>
      sectors.map(({ at, versions }, i) => ({ at, bytes: versions.at(isLast(i) ? -1 : 0) ?? new Uint8Array() })),
    );
  }
  let all: readonly Choice[] = [[]];
  for (const { at, versions } of sectors) {
    all = all.flatMap((choice) => versions.map((bytes) => [...choice, { at, bytes }]));
  }
  return all;
}

/** Each sector cut at each byte: before it the one version, from it on the one before. */
function* tornSectors(sectors: readonly Sector[]): Generator<Choice[number]> {
  for (const { at, versions } of sectors) {
    for (const [number, before] of versions.slice(0, -1).entries()) {
      const after = versions[number + 1] ?? before;
      const last = after.findLastIndex((byte, i) => byte !== before[i]);
      const bytes = before.slice();
      for (let cut = 0; cut < last; cut += 1) {
        if (after[cut] === before[cut]) continue;
        bytes[cut] = after[cut] ?? 0;
        yield { at, bytes: bytes.slice() };
      }
    }
  }
}

function* besides(
  whole: Uint8Array,
  length: number,
  sectors: readonly Sector[],
  torn: Choice[number],
): Generator<Uint8Array> {
  if (torn.at >= length) return;
  const others = sectors.filter(({ at }) => at !== torn.at);
  for (const choice of choices(others, BESIDE_MAX)) yield assembled(whole, length, [...choice, torn]);
}

/** Up to the end of the sector in which `lengthBytes` ends. */
function padded(content: Uint8Array, lengthBytes: number): Uint8Array {
  const bytes = new Uint8Array(Math.ceil(lengthBytes / SECTOR_BYTES) * SECTOR_BYTES);
  bytes.set(content);
  return bytes;
}

function assembled(whole: Uint8Array, length: number, choice: Choice): Uint8Array {
  const content = whole.slice();
  for (const { at, bytes } of choice) content.set(bytes, at);
  return content.subarray(0, length);
}

/** Not all of the length that the data needs, and of the sectors before the one in which it ends any missing. */
function* lengthened(moments: readonly Uint8Array[], sectors: readonly Sector[]): Generator<Uint8Array> {
  for (const [number, before] of moments.slice(0, -1).entries()) {
    const after = moments[number + 1] ?? before;
    const whole = padded(after, after.length);
    const dataBytes = after.findLastIndex((byte) => byte !== 0) + 1;
    for (let length = before.length + 1; length < after.length; length += 1) {
      const isNearBoundary = (length + 1) % SECTOR_BYTES <= 2;
      if (length > dataBytes && !isNearBoundary) continue;
      const others = sectors.filter(({ at }) => at + SECTOR_BYTES < length);
      for (const choice of choices(others, BESIDE_MAX)) yield assembled(whole, length, choice);
    }
  }
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return a.every((byte, i) => byte === b[i]);
}
