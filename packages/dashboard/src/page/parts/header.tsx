import type { Theme } from "@quorate/drawing";
import type { JSX } from "preact";
import type { AppState } from "../state/app-state.ts";
import { bestInformed, leaderOf } from "../state/cluster.ts";
import { Icon } from "./icon.tsx";

const NEXT_THEME: Readonly<Record<Theme, Theme>> = { system: "light", light: "dark", dark: "system" };
const THEME_ICONS = { system: "half", light: "sun", dark: "moon" } as const;

export function Header({ app }: { readonly app: AppState }): JSX.Element {
  const { header, title } = app.texts.value;
  const { language, theme } = app.settings;
  const other = language.value === "en" ? "zh" : "en";
  return (
    <header class="header">
      <img src="./favicon.svg" alt="" width="28" height="28" />
      <h1>
        Quorate <span class="header-title">{title}</span>
      </h1>
      <ClusterLine app={app} />
      <nav aria-label={title}>
        <ConnectionLine app={app} />
        <button type="button" lang={other} title={header.languageHint} onClick={() => (language.value = other)}>
          {header.language}
        </button>
        <button
          type="button"
          class="is-icon"
          aria-label={header.theme[theme.value]}
          title={header.theme[theme.value]}
          onClick={() => (theme.value = NEXT_THEME[theme.peek()])}
        >
          <Icon name={THEME_ICONS[theme.value]} />
        </button>
      </nav>
    </header>
  );
}

/** Which cluster it is, and who leads it. */
function ClusterLine({ app }: { readonly app: AppState }): JSX.Element | null {
  const { header } = app.texts.value;
  const cluster = app.cluster.value;
  const report = bestInformed(cluster);
  if (report === undefined) return null;
  const leader = leaderOf(cluster);
  return (
    <p class="header-cluster" title={header.cluster(report.clusterId)}>
      {header.nodes(cluster.nodes.length)}
      <span aria-hidden="true"> · </span>
      <strong class={leader === undefined ? "is-bad" : ""}>
        {leader === undefined ? header.noLeader : header.leads(leader.id, leader.raft.term)}
      </strong>
    </p>
  );
}

function ConnectionLine({ app }: { readonly app: AppState }): JSX.Element {
  const { connection } = app.texts.value;
  const state = app.connection.value;
  const words = state.type === "live" ? connection.live(app.nameOf(state.origin)) : connection[state.type];
  return (
    <p class={`connection is-${state.type}`} role="status" aria-label={connection.label}>
      <span class="connection-dot" aria-hidden="true" />
      {words}
    </p>
  );
}
