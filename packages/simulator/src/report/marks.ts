/** Situations that a simulation which is worth its name gets into. What it never reached it has not tested. */
export const markNames = [
  "uncommitted entries overwritten by a new leader",
  "entry of an older term committed indirectly",
  "leader crashed between append and acknowledgement",
  "vote persisted but the grant lost",
  "split vote",
  "leader elected with a log that is empty behind its snapshot",
  "snapshot installed over a conflicting tail",
  "snapshot arrived that is older than the log",
  "snapshot transfer began anew",
  "acknowledgement from a previous term arrived",
  "append arrived whose prev is inside the snapshot",
  "read asked of a leader before it committed in its term",
  "no space, then recovery",
  "node stopped by a failed sync",
  "torn tail cut off",
  "batch torn in its middle",
  "power lost with an unsynced rename",
  "recovery interrupted",
  "whole cluster without power at once",
  "node restarted without a snapshot",
  "node restarted from a snapshot",
  "former leader restarted as a follower",
  "former leader restarted and elected again",
  "two nodes with one down",
  "single node",
  "outcome unknown told to a client",
  "damage refused",
  "election while joint",
  "new leader finished a change that it inherited",
  "leader removed itself",
  "configuration rolled back",
  "learner asked to vote",
  "change taken back because a newcomer did not catch up",
  "transfer done",
  "transfer failed",
  "wiped node noticed",
  "wiped node a member again",
  "lease read answered",
] as const;

export type Mark = (typeof markNames)[number];

/** How often each mark was reached. */
export class Marks {
  readonly #counts = new Map<Mark, number>();

  reach(mark: Mark): void {
    this.#counts.set(mark, (this.#counts.get(mark) ?? 0) + 1);
  }

  count(mark: Mark): number {
    return this.#counts.get(mark) ?? 0;
  }

  toJSON(): Readonly<Record<string, number>> {
    return Object.fromEntries(markNames.map((name) => [name, this.count(name)]));
  }
}
