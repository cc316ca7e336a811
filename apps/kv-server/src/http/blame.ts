import { foundingOf, grievanceOf } from "../cluster/standing.ts";
import type { Services } from "../routes/services.ts";
import { Problem } from "./problem.ts";

/** Where a node has no leader because of its own place in the cluster, or because there is no cluster yet, that is said. */
export function blamedOnNode(problem: Problem, { node, obstacle }: Pick<Services, "node" | "obstacle">): Problem {
  if (problem.code !== "NO_LEADER") return problem;
  const status = node.status();
  const grievance = grievanceOf(status);
  const { leader } = problem;
  if (grievance !== undefined) return new Problem("NOT_A_MEMBER", grievance.detail, { leader, cause: problem });
  // Who knows of a leader, but not how to reach it, has said so.
  if (status.leader !== undefined) return problem;
  const details = [foundingOf(status) ?? problem.message, obstacle()].filter(Boolean);
  return new Problem("NO_LEADER", details.join("; "), { leader, cause: problem });
}
