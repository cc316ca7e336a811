import type { JSX } from "preact";
import type { AppState, PanelName } from "../state/app-state.ts";
import { Icon } from "./icon.tsx";
import { Lazy, type Part } from "./lazy.tsx";

/** Each is fetched when it is opened for the first time. */
const loaders: Readonly<Record<PanelName, () => Promise<Part>>> = {
  node: async () => (await import("../panels/node-panel.tsx")).NodePanel,
  lesson: async () => (await import("../panels/lesson-panel.tsx")).LessonPanel,
  cluster: async () => (await import("../panels/cluster-panel.tsx")).ClusterPanel,
  clients: async () => (await import("../panels/clients-panel.tsx")).ClientsPanel,
  rules: async () => (await import("../panels/rules-panel.tsx")).RulesPanel,
  break: async () => (await import("../panels/break-panel.tsx")).BreakPanel,
};

export const panelNames: readonly PanelName[] = Object.keys(loaders) as PanelName[];

/** The tabs beside the ring and what the chosen one holds. */
export function Panels({ app }: { readonly app: AppState }): JSX.Element {
  const { panels } = app.texts.value;
  const chosen = app.panel.value;
  const step = (event: KeyboardEvent): void => {
    const by = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    const next = panelNames.at((panelNames.indexOf(chosen ?? "node") + by) % panelNames.length);
    if (by === 0 || next === undefined) return;
    app.panel.value = next;
    event.preventDefault();
    const tabs = event.currentTarget instanceof Element ? event.currentTarget.querySelectorAll("button") : [];
    tabs[panelNames.indexOf(next)]?.focus();
  };
  return (
    <section class="card panels" aria-label={panels.label}>
      <div class="tabs" role="tablist" onKeyDown={step}>
        {panelNames.map((name) => (
          <button
            key={name}
            type="button"
            role="tab"
            id={`tab-${name}`}
            aria-selected={chosen === name}
            aria-controls={chosen === name ? "panel" : undefined}
            tabindex={name === (chosen ?? "node") ? 0 : -1}
            data-part={`tab-${name}`}
            onClick={() => (app.panel.value = name)}
          >
            {panels[name]}
          </button>
        ))}
      </div>
      {chosen === undefined ? (
        <Welcome app={app} />
      ) : (
        <div
          class="panel"
          id="panel"
          role="tabpanel"
          tabindex={0}
          aria-labelledby={`tab-${chosen}`}
          data-panel={chosen}
        >
          <Lazy key={chosen} app={app} load={loaders[chosen]} />
        </div>
      )}
    </section>
  );
}

/** What stands here until something is chosen. */
function Welcome({ app }: { readonly app: AppState }): JSX.Element {
  const { welcome } = app.texts.value;
  return (
    <div class="panel welcome" id="panel">
      <h2>{welcome.title}</h2>
      <p>{welcome.text}</p>
      <ul>
        <li>{welcome.propose}</li>
        <li>{welcome.node}</li>
        <li>{welcome.drag}</li>
        <li>{welcome.back}</li>
      </ul>
      <div class="actions">
        <button type="button" class="is-accent" onClick={() => void app.openLesson("first-election")}>
          <Icon name="book" />
          {welcome.firstLesson}
        </button>
        <button type="button" onClick={() => (app.isHelpOpen.value = true)}>
          {welcome.help}
        </button>
      </div>
    </div>
  );
}
