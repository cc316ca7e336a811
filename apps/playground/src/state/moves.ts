import type { Action } from "@quorate/cluster-lab";
import type { ClusterView, NodeView } from "@quorate/drawing";
import type { NodeId } from "@quorate/raft-core";
import type { World } from "./world.ts";

/** What is done to a cluster by itself, in turn, while the reader watches. */
export type Move = Doing | Waiting;

/** An action; one that depends on who leads is told when its turn comes. */
export interface Doing {
  readonly type: "do";
  readonly action: Action | ((view: ClusterView) => Action);
}

export interface Waiting {
  readonly type: "until";
  readonly isTrue: (view: ClusterView, sinceMs: number) => boolean;
}

export const act = (action: Doing["action"]): Doing => ({ type: "do", action });
export const until = (isTrue: Waiting["isTrue"]): Waiting => ({ type: "until", isTrue });
export const pass = (ms: number): Waiting => until(({ nowMs }, sinceMs) => nowMs >= sinceMs + ms);

/** Makes the moves. Somebody else lets time pass. Stops without a word when `isOver` says so. */
export async function makeMoves(world: World, moves: readonly Move[], isOver: () => boolean): Promise<void> {
  for (let at = 0; at < moves.length && !isOver();) {
    const move = moves[at];
    if (move?.type === "until") {
      const sinceMs = world.nowMs.peek();
      await world.when((view) => move.isTrue(view, sinceMs));
      at += 1;
    } else {
      const actions = doingsFrom(moves, at);
      const refusal = await world.actAll(actions);
      // The reader has gone elsewhere, or stopped the cluster on its way.
      if (refusal?.key === "not-there") return;
      if (refusal !== undefined) throw new Error(`a move was refused: ${refusal.reason}`);
      at += actions.length;
    }
  }
}

/** What is done at one moment: the first of it may have to be fetched, and no time may pass meanwhile. */
function doingsFrom(moves: readonly Move[], at: number): readonly ((view: ClusterView) => Action)[] {
  const actions: ((view: ClusterView) => Action)[] = [];
  for (const move of moves.slice(at)) {
    if (move.type === "until") break;
    const { action } = move;
    actions.push(typeof action === "function" ? action : () => action);
  }
  return actions;
}

export function nodeIn({ nodes }: ClusterView, id: NodeId): NodeView | undefined {
  return nodes.find((node) => node.id === id);
}

/** A follower of the leader: the first in the ring that runs. */
export function followerIn({ nodes }: ClusterView): NodeView | undefined {
  return nodes.find(({ role, condition }) => role === "follower" && condition === "up");
}

/** Whether it runs, or will in a moment. */
function isAlive({ condition }: NodeView): boolean {
  return condition === "up" || condition === "starting";
}

/** Whether every node that runs has applied everything that is committed, and so much at least. */
export function allApplied({ nodes }: ClusterView, index: number): boolean {
  return nodes.every((node) => !isAlive(node) || (node.condition === "up" && node.appliedIndex >= index));
}
