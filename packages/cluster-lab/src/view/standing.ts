import type { MembershipView, Standing } from "@quorate/drawing";
import type { NodeId } from "@quorate/raft-core";

/** What `id` is in a configuration. */
export function standingIn({ voters, outgoing, learners }: MembershipView, id: NodeId): Standing {
  const [isNew, isOld] = [voters.includes(id), outgoing.includes(id)];
  if (isNew) return outgoing.length === 0 || isOld ? "voter" : "incoming";
  if (isOld) return "outgoing";
  return learners.includes(id) ? "learner" : "outside";
}
