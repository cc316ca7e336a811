import { useSignal } from "@preact/signals";
import type { NodeId } from "@quorate/raft-core";
import type { JSX } from "preact";
import type { AppState } from "../state/app-state.ts";
import { clusterTexts } from "./cluster-texts.ts";
import { LinkTable } from "./link-table.tsx";
import { Members } from "./members.tsx";
import { Network } from "./network.tsx";

/** What concerns the whole cluster: who is cut off from whom, the network, the members. */
export function ClusterPanel({ app }: { readonly app: AppState }): JSX.Element {
  const texts = clusterTexts[app.settings.language.value];
  if (app.world.value.options === undefined) return <p class="soft">{app.texts.value.recording}</p>;
  return (
    <div class="columns">
      <Partition app={app} />
      <section>
        <h2>{texts.links}</h2>
        <LinkTable app={app} />
      </section>
      <section>
        <h2>{texts.network}</h2>
        <Network app={app} />
      </section>
      <section>
        <h2>{texts.members}</h2>
        <Members app={app} />
      </section>
    </div>
  );
}

function Partition({ app }: { readonly app: AppState }): JSX.Element {
  const texts = clusterTexts[app.settings.language.value];
  const side = useSignal<ReadonlySet<NodeId>>(new Set());
  const ids = app.calmView.value.nodes.map(({ id }) => id);
  const toggle = (id: NodeId): void => {
    const next = new Set(side.peek());
    if (!next.delete(id)) next.add(id);
    side.value = next;
  };
  const split = (group: readonly NodeId[]): void => {
    const others = ids.filter((id) => !group.includes(id));
    void app.act({ type: "partition", groups: [[...group], others] });
  };
  const { leader } = app.world.value;
  return (
    <section>
      <h2>{texts.partition}</h2>
      <p class="soft">{texts.partitionHint}</p>
      <div class="chips">
        {ids.map((id) => (
          <button
            key={id}
            type="button"
            aria-pressed={side.value.has(id)}
            aria-label={texts.side(id)}
            onClick={() => toggle(id)}
          >
            {id}
          </button>
        ))}
      </div>
      <div class="actions">
        <button
          type="button"
          disabled={side.value.size === 0 || side.value.size === ids.length}
          data-part="partition"
          onClick={() => split(ids.filter((id) => side.peek().has(id)))}
        >
          {texts.cutOff}
        </button>
        <button type="button" disabled={leader === undefined} onClick={() => leader !== undefined && split([leader])}>
          {texts.isolate}
        </button>
        <button type="button" data-part="heal-all" onClick={() => void app.act({ type: "heal-all" })}>
          {texts.healAll}
        </button>
      </div>
    </section>
  );
}
