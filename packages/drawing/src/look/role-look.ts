import type { NodeView } from "../view/node-view.ts";

/** What a node is drawn as: its role, or why it has none. */
export type Appearance =
  | "follower"
  | "learner"
  | "pre-candidate"
  | "candidate"
  | "leader"
  | "starting"
  | "down"
  | "paused"
  | "failed"
  | "unknown";

export type NodeShape = "circle" | "square" | "diamond" | "hexagon";

export interface RoleLook {
  readonly shape: NodeShape;
  readonly letter: string;
}

export const roleLooks: Readonly<Record<Appearance, RoleLook>> = {
  follower: { shape: "circle", letter: "F" },
  learner: { shape: "circle", letter: "N" },
  "pre-candidate": { shape: "square", letter: "P" },
  candidate: { shape: "diamond", letter: "C" },
  leader: { shape: "hexagon", letter: "L" },
  starting: { shape: "circle", letter: "…" },
  down: { shape: "circle", letter: "×" },
  paused: { shape: "circle", letter: "‖" },
  failed: { shape: "circle", letter: "!" },
  unknown: { shape: "circle", letter: "?" },
};

export function appearanceOf({ condition, role, standing }: NodeView): Appearance {
  if (condition !== "up") return condition;
  if (role === undefined) return "unknown";
  return role === "follower" && standing === "learner" ? "learner" : role;
}
