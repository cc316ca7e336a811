import type { JSX } from "preact";
import type { AppState } from "../state/app-state.ts";
import { bestInformed } from "../state/cluster.ts";

/** What whoever looks must know before anything else. */
export function Notices({ app }: { readonly app: AppState }): JSX.Element {
  return (
    <div class="notices" aria-live="polite">
      <ConnectionNotice app={app} />
      <PolicyNotice app={app} />
      <ClusterNotices app={app} />
    </div>
  );
}

function ConnectionNotice({ app }: { readonly app: AppState }): JSX.Element | null {
  const { connection } = app.texts.value;
  const state = app.connection.value;
  if (state.type === "lost") {
    const isKnown = app.cluster.value.nodes.length > 0;
    const since = app.format.value.seconds(Math.max(0, app.nowMs.value - state.sinceMs));
    // The time passes on the screen; a screen reader is told once.
    return (
      <p class="notice is-bad" aria-live="off">
        {isKnown ? connection.nobody(since) : connection.never}
      </p>
    );
  }
  if (state.type !== "live" || state.origin === app.home) return null;
  return <p class="notice is-bad">{connection.elsewhere(app.nameOf(app.home), app.nameOf(state.origin))}</p>;
}

function PolicyNotice({ app }: { readonly app: AppState }): JSX.Element | null {
  const { connection } = app.texts.value;
  const nodes = app.outOfReach.value;
  if (nodes.length === 0) return null;
  return <p class="notice">{connection.outOfReach(nodes.join(", "), app.nameOf(app.home))}</p>;
}

/** What a node complains of, and changes that are under way. */
function ClusterNotices({ app }: { readonly app: AppState }): JSX.Element {
  const { nodes } = app.texts.value;
  const cluster = app.cluster.value;
  const membership = bestInformed(cluster)?.raft.membership;
  const change = membership?.change;
  return (
    <>
      {membership?.isFounding === true ? <p class="notice">{nodes.founding}</p> : null}
      {change === undefined ? null : (
        <p class="notice">{nodes.change(change.voters.join(", "), change.learners.join(", "))}</p>
      )}
      {cluster.nodes.map(({ id, report, lostMs }) => {
        const grievance = lostMs === undefined ? report?.raft.grievance : undefined;
        if (grievance === undefined) return null;
        return (
          <p key={id} class="notice is-bad">
            <strong>{id}</strong>: {grievance.detail}. {grievance.remedy}.
          </p>
        );
      })}
    </>
  );
}
