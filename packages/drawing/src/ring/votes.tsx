import type { NodeId } from "@quorate/raft-core";
import type { JSX } from "preact";
import type { DrawingTexts } from "../i18n/english.ts";
import type { NodeView } from "../view/node-view.ts";

export interface Vote {
  readonly voter: NodeId;
  readonly state: "granted" | "refused" | "awaited";
}

/** Everybody whose vote a candidate may count, and what they have said; empty for those that do not stand. */
export function votesOf({ role, condition, votes, membership }: NodeView): readonly Vote[] {
  if (condition !== "up" || (role !== "candidate" && role !== "pre-candidate")) return [];
  const voters = [...new Set([...membership.voters, ...membership.outgoing])];
  return voters.map((voter) => {
    const granted = votes[voter];
    return { voter, state: granted === undefined ? "awaited" : granted ? "granted" : "refused" };
  });
}

const MARKS = { granted: "M-4 0 L-1 3.2 L4.5 -3.5", refused: "M-3.5 -3.5 L3.5 3.5 M3.5 -3.5 L-3.5 3.5", awaited: "" };
const STEP = 19;

/** A row of ticks below a candidate, one per voter. */
export function Votes(props: {
  readonly node: NodeView;
  readonly texts: DrawingTexts;
  readonly y: number;
}): JSX.Element | null {
  const votes = votesOf(props.node);
  if (votes.length === 0) return null;
  const start = (-STEP * (votes.length - 1)) / 2;
  return (
    <g class="ring-votes" transform={`translate(${start} ${props.y})`}>
      {votes.map(({ voter, state }, position) => (
        <g key={voter} class={`ring-vote is-${state}`} transform={`translate(${position * STEP} 0)`}>
          <title>{props.texts.ring[state](voter)}</title>
          <circle r={8} />
          <path d={MARKS[state]} />
        </g>
      ))}
    </g>
  );
}
