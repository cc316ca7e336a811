import type { ChangeMembersAction } from "@quorate/cluster-lab";
import type { MembershipView, NodeView } from "@quorate/drawing";
import type { NodeId } from "@quorate/raft-core";
import type { JSX } from "preact";
import type { AppState } from "../state/app-state.ts";
import { clusterTexts } from "./cluster-texts.ts";

/** The configuration of the leader, or of the node that has seen most. */
export function latestMembership(nodes: readonly NodeView[]): MembershipView | undefined {
  const known = nodes.toSorted((a, b) => b.term - a.term || b.log.lastIndex - a.log.lastIndex);
  return (known.find(({ role, condition }) => role === "leader" && condition === "up") ?? known[0])?.membership;
}

type Standing = "voter" | "learner" | "outgoing" | "incoming" | "outside";

/** What a configuration makes of a node. */
export function standingIn({ voters, outgoing, learners }: MembershipView, id: NodeId): Standing {
  const isJoint = outgoing.length > 0;
  if (voters.includes(id)) return isJoint && !outgoing.includes(id) ? "incoming" : "voter";
  if (outgoing.includes(id)) return "outgoing";
  return learners.includes(id) ? "learner" : "outside";
}

type Change = Omit<ChangeMembersAction, "type">;

/** Who belongs to the cluster, and the ways in and out. */
export function Members({ app }: { readonly app: AppState }): JSX.Element {
  const texts = clusterTexts[app.settings.language.value];
  const { nodes } = app.calmView.value;
  const membership = latestMembership(nodes);
  const change = (words: string, what: Change): JSX.Element => (
    <button type="button" onClick={() => void app.act({ type: "change-members", ...what })}>
      {words}
    </button>
  );
  const ways = (id: NodeId, standing: Standing): JSX.Element | null => {
    if (standing === "outside")
      return (
        <>
          {change(texts.addLearner, { add: [{ id, learner: true }] })}
          {change(texts.addVoter, { add: [{ id }] })}
        </>
      );
    if (standing === "learner")
      return (
        <>
          {change(texts.promote, { promote: [id] })}
          {change(texts.remove, { remove: [id] })}
        </>
      );
    if (standing !== "voter") return null;
    return (
      <>
        {change(texts.demote, { demote: [id] })}
        {change(texts.remove, { remove: [id] })}
      </>
    );
  };
  const isJoint = membership !== undefined && membership.outgoing.length > 0;
  return (
    <>
      {isJoint ? <p class="joint">{texts.joint(membership.voters.join(" "), membership.outgoing.join(" "))}</p> : null}
      <table class="members">
        <tbody>
          {nodes.map(({ id }) => {
            const standing = membership === undefined ? "outside" : standingIn(membership, id);
            return (
              <tr key={id}>
                <th scope="row">{id}</th>
                <td>{texts.standing[standing]}</td>
                <td class="actions">{ways(id, standing)}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
      <button
        type="button"
        title={texts.startSpareHint}
        data-part="start-spare"
        onClick={() => void app.act({ type: "start-spare" })}
      >
        {texts.startSpare}
      </button>
    </>
  );
}
