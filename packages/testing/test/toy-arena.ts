import { Entry } from "@quorate/raft-core";

const arena = new Uint8Array(65_536);
let arenaBytes = 0;

/** What was handed out before may be written over from here on. */
export function reuseArena(): void {
  arenaBytes = 0;
}

/** The entry with its data in memory that is soon used again. */
export function inArena(entry: Entry): Entry {
  const { data } = entry;
  if (data.length > 1000) return entry;
  if (arenaBytes + data.length > arena.length) arenaBytes = 0;
  const place = arena.subarray(arenaBytes, arenaBytes + data.length);
  place.set(data);
  arenaBytes += data.length;
  return new Entry(entry.index, entry.term, entry.kind, place);
}
