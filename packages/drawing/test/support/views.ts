import type { ClusterView, EntryView, FlightView, LogView, NodeView } from "@quorate/drawing";

/** A log of commands; `terms` has the term of each entry, from index `first` on. */
export function logOf(terms: readonly number[], first = 1): LogView {
  const entries: readonly EntryView[] = terms.map((term, position) => ({
    index: first + position,
    term,
    kind: "command",
    text: `x=${first + position}`,
  }));
  const snapshot = first > 1 ? { index: first - 1, term: 1 } : undefined;
  return { snapshot, firstIndex: first, lastIndex: first + terms.length - 1, entries };
}

export function nodeOf(id: string, changes: Partial<NodeView> = {}): NodeView {
  return {
    id,
    condition: "up",
    role: "follower",
    standing: "voter",
    term: 1,
    votedFor: undefined,
    leader: undefined,
    election: { startMs: 0, deadlineMs: 200 },
    votes: {},
    log: logOf([]),
    commitIndex: 0,
    appliedIndex: 0,
    durableIndex: undefined,
    membership: { voters: ["n1", "n2", "n3"], outgoing: [], learners: [] },
    followers: [],
    transferTo: undefined,
    failure: undefined,
    ...changes,
  };
}

export function flightOf(changes: Partial<FlightView> = {}): FlightView {
  const fields = [["term", "1"]] as const;
  return { id: 1, from: "n1", to: "n2", type: "heartbeat", sentMs: 0, dueMs: 10, fate: "arrives", fields, ...changes };
}

export function viewOf(changes: Partial<ClusterView> = {}): ClusterView {
  return { nowMs: 0, nodes: [nodeOf("n1"), nodeOf("n2"), nodeOf("n3")], flights: [], cuts: [], ...changes };
}
