import type { NodeId } from "@quorate/raft-core";
import type { Action } from "../requests/action.ts";
import type { AppState } from "../state/app-state.ts";
import { type ClusterState, bestInformed, leaderOf } from "../state/cluster.ts";

/** An action in words: what it is, and what it does to the cluster. */
export interface ActionWords {
  readonly what: string;
  readonly effect: string;
  /** Whether it takes something from the cluster that is not got back easily. */
  readonly isGrave: boolean;
}

/** What can be asked for a node; the server decides whether it is done. */
export function actionsFor(cluster: ClusterState, node: NodeId): readonly Action[] {
  const membership = bestInformed(cluster)?.raft.membership;
  const isLearner = membership?.learners.includes(node) === true;
  const isLeader = leaderOf(cluster)?.id === node;
  return [
    ...(isLearner || isLeader ? [] : [{ type: "transfer", node } as const]),
    { type: isLearner ? "promote" : "demote", node },
    { type: "remove", node },
  ];
}

export function actionWords(app: AppState, action: Action): ActionWords {
  const { actions, header } = app.texts.value;
  const cluster = app.cluster.value;
  const { node } = action;
  const voters = bestInformed(cluster)?.raft.membership.voters ?? [];
  const left = voters.filter((id) => id !== node).length;
  switch (action.type) {
    case "transfer": {
      const effect = actions.transferEffect(node, leaderOf(cluster)?.id ?? header.noLeader);
      return { what: actions.transfer(node), effect, isGrave: false };
    }
    case "promote":
      return { what: actions.promote(node), effect: actions.promoteEffect(node), isGrave: false };
    case "demote":
      return { what: actions.demote(node), effect: actions.demoteEffect(node, left), isGrave: true };
    case "remove": {
      const effect = voters.includes(node) ? actions.removeEffect(node, left) : actions.removeLearnerEffect(node);
      return { what: actions.remove(node), effect, isGrave: true };
    }
    case "add":
      return { what: actions.addNamed(node), effect: actions.addEffect, isGrave: false };
  }
}
