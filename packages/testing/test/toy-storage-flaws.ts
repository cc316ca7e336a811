export type ToyStorageFlaw =
  | "votes in ASCII"
  | "incarnation forgotten"
  | "no byte limit"
  | "writes over the base"
  | "keeps the old end"
  | "base at the last entry lost"
  | "base goes back"
  | "reads from below the base"
  | "short lengths"
  | "hands out its buffers"
  | "terms fall"
  | "believes the cache"
  | "hard state last"
  | "answers empty writes at once"
  | "writes over before cutting"
  | "notes every opening"
  | "reset keeps a longer log"
  | "reset in two steps"
  | "no lock"
  | "no owner"
  | "goes on after write"
  | "goes on after sync"
  | "goes on after space"
  | "closes on writes"
  | "memberships lost in compaction"
  | "no reading while writing"
  | "an empty place gets a term"
  | "keeps the rest behind the first"
  | "32-bit indexes"
  | "a crash undoes a reset"
  | "compaction overtakes"
  | "many at once in any order"
  | "keeps what was compacted"
  | "keeps a handle";

/** Each flaw, and the numbers of the cases that find it. S26, which compares with a model, finds nearly all as well. */
export const toyStorageFlaws: ReadonlyMap<ToyStorageFlaw, readonly string[]> = new Map([
  ["an empty place gets a term", ["S01"]],
  ["votes in ASCII", ["S02"]],
  ["incarnation forgotten", ["S02"]],
  ["no byte limit", ["S03"]],
  ["writes over the base", ["S04"]],
  ["keeps the old end", ["S05", "S06", "S11", "S15"]],
  ["keeps the rest behind the first", ["S06"]],
  ["base at the last entry lost", ["S07"]],
  ["base goes back", ["S07"]],
  ["reads from below the base", ["S08"]],
  ["short lengths", ["S09"]],
  ["32-bit indexes", ["S09"]],
  ["hands out its buffers", ["S10"]],
  ["terms fall", ["S11"]],
  ["believes the cache", ["S12", "S15", "S18", "S22", "S23", "S24"]],
  ["a crash undoes a reset", ["S12"]],
  ["hard state last", ["S13"]],
  ["answers empty writes at once", ["S14"]],
  ["compaction overtakes", ["S14"]],
  ["many at once in any order", ["S14"]],
  ["writes over before cutting", ["S15"]],
  ["notes every opening", ["S16"]],
  ["reset keeps a longer log", ["S17"]],
  ["reset in two steps", ["S18"]],
  ["no lock", ["S19"]],
  ["no owner", ["S20"]],
  ["goes on after write", ["S22"]],
  ["goes on after sync", ["S23"]],
  ["goes on after space", ["S24"]],
  ["closes on writes", ["S25"]],
  ["memberships lost in compaction", ["S26"]],
  ["keeps what was compacted", ["S27"]],
  ["keeps a handle", ["S27"]],
  ["no reading while writing", ["S30"]],
]);
