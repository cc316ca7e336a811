import { Logs, Ring } from "@quorate/drawing";
import type { JSX } from "preact";
import { ActionDialog } from "./parts/action-dialog.tsx";
import { Charts } from "./charts/charts.tsx";
import { Events } from "./parts/events.tsx";
import { Header } from "./parts/header.tsx";
import { Keys } from "./keys/keys.tsx";
import { Nodes } from "./nodes/nodes.tsx";
import { Notices } from "./parts/notices.tsx";
import type { AppState } from "./state/app-state.ts";
import type { ClusterState } from "./state/cluster.ts";

/** Whether a node has entries in its log of which it does not tell. */
function hasUntold({ nodes }: ClusterState): boolean {
  const logs = nodes.flatMap(({ report }) => report?.raft ?? []);
  return logs.some(({ entries, firstIndex, lastIndex }) => (entries[0]?.index ?? lastIndex + 1) > firstIndex);
}

/** The page. Nothing of it is fetched later: the server that would have it may be dead by then. */
export function App({ app }: { readonly app: AppState }): JSX.Element {
  const { ring, logs } = app.drawingTexts.value;
  const drawing = {
    view: app.view,
    texts: app.drawingTexts,
    selected: app.selected,
    onSelect: (id: string): void => {
      app.selected.value = app.selected.peek() === id ? undefined : id;
    },
  };
  return (
    <div class="page">
      <Header app={app} />
      <Notices app={app} />
      <main class="board">
        <section class="card ring-card" aria-label={ring.label}>
          <Ring {...drawing} />
        </section>
        <Nodes app={app} />
        <section class="card logs-card" aria-label={logs.label}>
          <h2>{logs.label}</h2>
          <Logs {...drawing} />
          {hasUntold(app.cluster.value) ? <p class="soft">{app.texts.value.logs.latest}</p> : null}
        </section>
        <Charts app={app} />
        <Events app={app} />
        <Keys app={app} />
      </main>
      {app.asking.value === undefined ? null : <ActionDialog app={app} asking={app.asking.value} />}
    </div>
  );
}
