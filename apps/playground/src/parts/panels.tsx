import { useSignal } from "@preact/signals";
import type { FunctionComponent, JSX } from "preact";
import { useEffect } from "preact/hooks";
import type { AppState, PanelName } from "../state/app-state.ts";

export type Panel = FunctionComponent<{ readonly app: AppState }>;

/** Each is fetched when it is opened for the first time. */
const loaders: Readonly<Partial<Record<PanelName, () => Promise<Panel>>>> = {
  node: async () => (await import("../panels/node-panel.tsx")).NodePanel,
};

export const panelNames: readonly PanelName[] = Object.keys(loaders) as PanelName[];

/** The tabs beside the ring and what the chosen one holds. */
export function Panels({ app }: { readonly app: AppState }): JSX.Element {
  const { panels } = app.texts.value;
  const chosen = app.panel.value;
  const step = (event: KeyboardEvent): void => {
    const by = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    const next = panelNames.at((panelNames.indexOf(chosen) + by) % panelNames.length);
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
            aria-controls="panel"
            tabindex={chosen === name ? 0 : -1}
            data-part={`tab-${name}`}
            onClick={() => (app.panel.value = name)}
          >
            {panels[name]}
          </button>
        ))}
      </div>
      <div class="panel" id="panel" role="tabpanel" aria-labelledby={`tab-${chosen}`} data-panel={chosen}>
        <Lazy key={chosen} app={app} name={chosen} />
      </div>
    </section>
  );
}

function Lazy({ app, name }: { readonly app: AppState; readonly name: PanelName }): JSX.Element {
  const panel = useSignal<Panel | undefined>(undefined);
  useEffect(() => {
    loaders[name]?.().then(
      (loaded) => (panel.value = loaded),
      (error: unknown) => (app.notice.value = { text: String(error), isBad: true }),
    );
  }, [app, name, panel]);
  const Loaded = panel.value;
  return Loaded === undefined ? <p class="loading">{app.texts.value.panels.loading}</p> : <Loaded app={app} />;
}
