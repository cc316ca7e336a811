import type { Bounds } from "./bounds.ts";

export function counted(count: number, noun: string, plural: string = `${noun}s`): string {
  return `${count === 0 ? "no" : count.toLocaleString("en")} ${count === 1 ? noun : plural}`;
}

/** `3 nodes, 2 terms beyond the first, …`. */
export function boundsInWords(bounds: Bounds): string {
  const counts = [
    counted(bounds.nodes, "node"),
    `${counted(bounds.terms, "term")} beyond the first`,
    `${counted(bounds.entries, "entry", "entries")} in a log before its leader takes no more`,
    counted(bounds.crashes, "crash", "crashes"),
    counted(bounds.duplicates, "duplicate"),
    counted(bounds.drops, "reported loss", "reported losses"),
    counted(bounds.heartbeats, "round of heartbeats", "rounds of heartbeats"),
  ];
  const choices = [
    bounds.preVote ? "with pre-votes" : "without pre-votes",
    bounds.batches === "one" ? "one entry in a message" : "all entries in one message",
    bounds.disks === "slow" ? "writes that a crash may lose" : "writes that are durable at once",
    bounds.staleAnswers === "kept" ? "stale answers kept" : "stale answers left out",
    bounds.start === "settled" ? "from where all hold n1's first entry" : "from where n1 has just won",
  ];
  return `${counts.join(", ")}; ${choices.join(", ")}`;
}
