import { appearanceOf } from "@quorate/drawing";
import type { ComponentChildren, JSX } from "preact";
import type { NodeReport } from "../../report/index.ts";
import type { AppState } from "../state/app-state.ts";
import { type NodeState, lagOf } from "../state/cluster.ts";
import { SnapshotCell } from "./snapshot-cell.tsx";

export interface NodeRowProps {
  readonly app: AppState;
  readonly node: NodeState;
  readonly leader: NodeReport | undefined;
  /** Whether the cluster may be changed from this page. */
  readonly mayAct: boolean;
}

/** Above this a disk or an event loop is slow enough to be seen in elections. */
const SLOW_MS = 100;

export function NodeRow({ app, node, leader, mayAct }: NodeRowProps): JSX.Element {
  const { nodes: words, actions } = app.texts.value;
  const format = app.format.value;
  const view = app.view.value.nodes.find(({ id }) => id === node.id);
  const appearance = view === undefined ? "unknown" : appearanceOf(view);
  const { report } = node;
  const now = node.lostMs === undefined ? report : undefined;
  const isSelected = app.selected.value === node.id;
  const fsync = now?.latencies.fsync;
  const select = (): void => {
    app.selected.value = isSelected ? undefined : node.id;
  };
  return (
    <tr
      role="row"
      class={`node-row appears-${appearance} ${isSelected ? "is-selected" : ""}`}
      data-node-row={node.id}
      onClick={select}
    >
      <th role="rowheader" scope="row">
        <button
          type="button"
          class="node-id"
          aria-label={app.texts.value.details.of(node.id)}
          aria-expanded={isSelected}
          onClick={(event) => {
            event.stopPropagation();
            select();
          }}
        >
          {node.id}
        </button>{" "}
        <span class="node-role">{app.drawingTexts.value.roles[appearance]}</span>
        <About app={app} node={node} />
      </th>
      <Cell label={words.term}>{report === undefined ? "–" : format.count(report.raft.term)}</Cell>
      <Cell label={words.commit}>{format.count(report?.raft.commitIndex)}</Cell>
      <LagCell app={app} node={node} leader={leader} />
      <ContactCell app={app} node={node} leader={leader} />
      <Cell label={words.snapshot}>
        <SnapshotCell app={app} report={report} isReached={now !== undefined} />
      </Cell>
      <Cell label={words.fsync} isBad={(fsync?.p99Ms ?? 0) > SLOW_MS}>
        {fsync === undefined || fsync.count === 0 ? "–" : format.ms(fsync.p99Ms)}
      </Cell>
      <Cell label={words.loop} isBad={(now?.health.eventLoopP99Ms ?? 0) > SLOW_MS}>
        {format.ms(now?.health.eventLoopP99Ms)}
      </Cell>
      <Cell label={words.memory}>{format.bytes(now?.health.rssBytes)}</Cell>
      <Cell label={words.disk}>{format.bytes(now?.health.logBytes)}</Cell>
      {mayAct ? (
        <td role="cell" class="node-actions">
          <button
            type="button"
            aria-label={actions.changeOf(node.id)}
            onClick={(event) => {
              event.stopPropagation();
              app.asking.value = { type: "node", node: node.id };
            }}
          >
            {actions.change}
          </button>
        </td>
      ) : null}
    </tr>
  );
}

interface CellProps {
  /** On a phone it stands before the value. */
  readonly label: string;
  readonly isBad?: boolean;
  readonly children: ComponentChildren;
}

function Cell({ label, isBad = false, children }: CellProps): JSX.Element {
  return (
    <td role="cell" class={isBad ? "is-bad" : ""} data-label={label}>
      {children}
    </td>
  );
}

function LagCell({ app, node, leader }: Omit<NodeRowProps, "mayAct">): JSX.Element {
  const { nodes: words } = app.texts.value;
  return <Cell label={words.lag}>{app.format.value.count(leader && lagOf(leader, node.id))}</Cell>;
}

function ContactCell({ app, node, leader }: Omit<NodeRowProps, "mayAct">): JSX.Element {
  const { nodes: words } = app.texts.value;
  const age = leader?.raft.followers.find(({ id }) => id === node.id)?.contactAgeMs;
  return <Cell label={words.contact}>{age === undefined ? "–" : app.format.value.age(age)}</Cell>;
}

/** What is out of the ordinary about a node; else which version it runs, and since when. */
function About({ app, node }: Pick<NodeRowProps, "app" | "node">): JSX.Element | null {
  const { nodes: words } = app.texts.value;
  const remark = remarkOf(app, node);
  if (remark !== undefined) return <span class="node-about is-bad">{remark}</span>;
  if (node.report === undefined) return null;
  const { version, atMs, startedAtMs } = node.report;
  return (
    <span class="node-about">{words.about(version, app.format.value.seconds(Math.max(0, atMs - startedAtMs)))}</span>
  );
}

function remarkOf(app: AppState, { id, report, lostMs, isUnreadable }: NodeState): string | undefined {
  const { nodes: words } = app.texts.value;
  if (isUnreadable === true) return words.unreadable;
  if (lostMs !== undefined) {
    return words.notReached(app.format.value.seconds(Math.max(0, app.nowMs.value - lostMs)));
  }
  if (report === undefined) return words.neverHeard;
  if (report.raft.failure !== undefined) return report.raft.failure.message;
  if (report.raft.isForgotten) return words.forgotten;
  const standing = app.view.value.nodes.find((node) => node.id === id)?.standing;
  if (standing === "incoming") return words.joining;
  if (standing === "outgoing") return words.leaving;
  return standing === "outside" ? words.notMember : undefined;
}
