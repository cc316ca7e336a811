import { type NodeView, appearanceOf } from "@quorate/drawing";
import type { JSX } from "preact";
import type { AppState } from "../state/app-state.ts";
import { Why } from "../why/why.tsx";
import { NodeActions } from "./node-actions.tsx";
import { nodeTexts } from "./node-texts.ts";

/** The selected node: what it is, and what can be done to it. */
export function NodePanel({ app }: { readonly app: AppState }): JSX.Element {
  const texts = nodeTexts[app.settings.language.value];
  const node = app.calmView.value.nodes.find(({ id }) => id === app.selected.value);
  if (node === undefined) return <p>{texts.selectOne}</p>;
  return (
    <div class="node-panel">
      <Facts app={app} node={node} />
      {app.world.value.options === undefined ? null : <NodeActions app={app} node={node} />}
      <Why app={app} node={node.id} />
    </div>
  );
}

function Facts({ app, node }: { readonly app: AppState; readonly node: NodeView }): JSX.Element {
  const texts = nodeTexts[app.settings.language.value];
  const facts: readonly (readonly [string, string | number | undefined])[] = [
    [texts.term, node.term],
    [texts.votedFor, node.votedFor ?? texts.nobody],
    [texts.leader, node.leader ?? texts.nobody],
    [texts.committed, node.commitIndex],
    [texts.applied, node.appliedIndex],
    [texts.clock, node.clockRate === undefined || node.clockRate === 1 ? undefined : `${node.clockRate}×`],
    [texts.failure, node.failure],
  ];
  return (
    <dl class="facts">
      <div>
        <dt class="visually-hidden">{texts.node}</dt>
        <dd class={`facts-role appears-${appearanceOf(node)}`}>
          {node.id} · {app.drawingTexts.value.roles[appearanceOf(node)]}
        </dd>
      </div>
      {facts.map(([name, value]) =>
        value === undefined ? null : (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ),
      )}
    </dl>
  );
}
