import type { ClusterView, NodeView } from "@quorate/drawing";

/** Who leads the latest term, as far as it runs. */
export function leaderIn({ nodes }: ClusterView): NodeView | undefined {
  const leaders = nodes.filter(({ role, condition }) => role === "leader" && condition === "up");
  return leaders.toSorted((a, b) => b.term - a.term)[0];
}
