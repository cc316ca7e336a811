/** How far the exploration goes. Within these, everything that may happen is tried in every order. */
export interface Bounds {
  readonly nodes: number;
  /** Terms beyond the first, in which n1 has been elected. */
  readonly terms: number;
  /** A leader takes a command while its log has fewer entries; what it appends on its election comes on top. */
  readonly entries: number;
  readonly crashes: number;
  /** Messages that arrive once more than they were sent. Has no meaning where `reduced`: there any number may. */
  readonly duplicates: number;
  /** Losses that the sender's transport reports. Any number of messages may be lost in silence. */
  readonly drops: number;
  /** Rounds of heartbeats, all leaders together. */
  readonly heartbeats: number;
  readonly preVote: boolean;
  /** How many entries one message carries: only one, or all that the receiver lacks. */
  readonly batches: "one" | "all";
  /** `slow`: a write becomes durable at any later time, or is lost in a crash. `instant`: at once. */
  readonly disks: "slow" | "instant";
  /**
   * `forgotten`: answers to a candidacy or a leadership that is over are left out, which the rule of terms (§5.1) makes
   * harmless; the core is asked each time whether it ignores them. `kept`: they are not, in case that a later leadership
   * would take them for its own. Many more states.
   */
  readonly staleAnswers: "forgotten" | "kept";
  /** Leave out what cannot make a difference (reduced-explorer.ts); else go through every state there is. */
  readonly reduced: boolean;
  /** `settled`: all hold n1's first entry. `elected`: n1 has just won, with n2's vote. */
  readonly start: "settled" | "elected";
  /**
   * Of the members, by whoever leads, once: `remove` the last node, which may be the leader; `promote` it, all others
   * being voters from the start; or `replace` all others by it alone. Nodes can then not change their names with one
   * another, and nothing can be left out.
   */
  readonly change: "none" | "remove" | "promote" | "replace";
}

export const standardBounds: Bounds = {
  nodes: 3,
  terms: 2,
  entries: 3,
  crashes: 2,
  duplicates: 1,
  drops: 0,
  heartbeats: 0,
  preVote: false,
  batches: "all",
  disks: "slow",
  staleAnswers: "forgotten",
  reduced: true,
  start: "settled",
  change: "none",
};
