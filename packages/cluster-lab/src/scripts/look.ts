import type { EntryView, NodeView } from "@quorate/drawing";
import type { NodeId } from "@quorate/raft-core";
import type { Lab } from "../lab.ts";

/** The view of one node; a TypeError where there is none. */
export function nodeIn(lab: Lab, id: NodeId): NodeView {
  const node = lab.view().nodes.find((each) => each.id === id);
  if (node === undefined) throw new TypeError(`there is no node ${id}`);
  return node;
}

export function leads(id: NodeId): (lab: Lab) => boolean {
  return (lab) => nodeIn(lab, id).role === "leader";
}

export function entryAt(lab: Lab, id: NodeId, index: number): EntryView | undefined {
  return nodeIn(lab, id).log.entries.find((entry) => entry.index === index);
}

/** The terms of a node's entries, from the first one that is shown on. */
export function termsOf(lab: Lab, id: NodeId): readonly number[] {
  return nodeIn(lab, id).log.entries.map(({ term }) => term);
}
