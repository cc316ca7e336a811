import { Fragment, type JSX } from "preact";
import { Icon } from "../parts/icon.tsx";
import type { AppState } from "../state/app-state.ts";
import { leaderOf } from "../state/cluster.ts";
import { NodeDetails } from "./node-details.tsx";
import { NodeRow, type NodeRowProps } from "./node-row.tsx";
import { allowsActions } from "./permission.ts";

/** The nodes in numbers. */
export function Nodes({ app }: { readonly app: AppState }): JSX.Element {
  const { nodes: words, actions } = app.texts.value;
  const cluster = app.cluster.value;
  const isLive = app.connection.value.type === "live";
  const mayAct = isLive && allowsActions(cluster, app.nodeAt(app.origin));
  return (
    <section class="card nodes-card" aria-label={words.title}>
      <div class="card-head">
        <h2>{words.title}</h2>
        {mayAct ? (
          <button type="button" onClick={() => (app.asking.value = { type: "add" })}>
            <Icon name="plus" />
            {actions.addNode}
          </button>
        ) : null}
      </div>
      {cluster.nodes.length === 0 ? (
        <p class="soft">{words.waiting}</p>
      ) : (
        <NodeTable app={app} leader={leaderOf(cluster)} mayAct={mayAct} />
      )}
    </section>
  );
}

/** On a phone the rows are cards: what a style makes of a table is one no more, unless it is said to be. */
function NodeTable({ app, leader, mayAct }: Omit<NodeRowProps, "node">): JSX.Element {
  const { nodes: words, actions } = app.texts.value;
  const heads: readonly (readonly [words: string, hint?: string])[] = [
    [words.node],
    [words.term],
    [words.commit, words.commitHint],
    [words.lag, words.lagHint],
    [words.contact, words.contactHint],
    [words.snapshot],
    [words.fsync, words.fsyncHint],
    [words.loop, words.loopHint],
    [words.memory, words.memoryHint],
    [words.disk, words.diskHint],
  ];
  return (
    <table class="nodes" role="table" aria-label={words.title}>
      <thead role="rowgroup">
        <tr role="row">
          {heads.map(([head, hint]) => (
            <th key={head} role="columnheader" scope="col" title={hint}>
              {head}
            </th>
          ))}
          {mayAct ? (
            <th role="columnheader" scope="col">
              <span class="visually-hidden">{actions.change}</span>
            </th>
          ) : null}
        </tr>
      </thead>
      <tbody role="rowgroup">
        {app.cluster.value.nodes.map((node) => (
          <Fragment key={node.id}>
            <NodeRow app={app} node={node} leader={leader} mayAct={mayAct} />
            {app.selected.value === node.id && node.report !== undefined ? (
              <NodeDetails app={app} report={node.report} columns={heads.length + (mayAct ? 1 : 0)} />
            ) : null}
          </Fragment>
        ))}
      </tbody>
    </table>
  );
}
