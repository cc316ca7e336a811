import { useSignal } from "@preact/signals";
import type { StorageKind } from "@quorate/cluster-lab";
import type { JSX } from "preact";
import { startOptions } from "../state/address.ts";
import type { AppState } from "../state/app-state.ts";
import { type Scenario, scenarios } from "./break-scenarios.ts";
import { breakTexts } from "./break-texts.ts";
import { direct } from "./direct.ts";
import { rulesTexts } from "./rules-texts.ts";
import { violationSentence } from "./violation-sentence.ts";

const STORAGES: readonly StorageKind[] = ["sound", "forgets-vote", "acknowledges-early"];

/** Clusters with a promise taken away, and what comes of it. */
export function BreakPanel({ app }: { readonly app: AppState }): JSX.Element {
  const texts = breakTexts[app.settings.language.value];
  const running = useSignal<Scenario | undefined>(undefined);
  const start = (scenario: Scenario): void => {
    running.value = scenario;
    void direct(app, scenario);
  };
  return (
    <div class="break">
      <p class="soft">{texts.intro}</p>
      <div class="scenarios">
        {scenarios.map((scenario) => (
          <Card
            key={scenario.name}
            app={app}
            scenario={scenario}
            isRunning={running.value === scenario}
            onStart={() => start(scenario)}
          />
        ))}
      </div>
      <Own app={app} />
    </div>
  );
}

interface CardProps {
  readonly app: AppState;
  readonly scenario: Scenario;
  readonly isRunning: boolean;
  readonly onStart: () => void;
}

function Card({ app, scenario, isRunning, onStart }: CardProps): JSX.Element {
  const language = app.settings.language.value;
  const texts = breakTexts[language];
  const { title, broken, watch, why } = texts.scenarios[scenario.name];
  const violation = isRunning ? app.violation.value : undefined;
  return (
    <article
      class={`scenario${isRunning ? " is-running" : ""}${violation === undefined ? "" : " is-broken"}`}
      data-scenario={scenario.name}
    >
      <h2>{title}</h2>
      <p>{broken}</p>
      <p class="soft">
        {texts.brokenRule}: <em>{rulesTexts[language].rules[scenario.breaks].title}</em>
      </p>
      {isRunning ? (
        <p>
          <strong>{texts.watch}:</strong> {watch}
        </p>
      ) : null}
      {violation === undefined ? null : (
        <div role="status">
          <p class="found">{violationSentence(violation, language)}</p>
          <p>
            <strong>{texts.why}:</strong> {why}
          </p>
        </div>
      )}
      <div class="actions">
        <button type="button" class={isRunning ? "" : "is-bad"} onClick={onStart}>
          {isRunning ? texts.again : texts.start}
        </button>
        {isRunning ? (
          <button type="button" onClick={() => void app.renew({ ...startOptions, nodes: scenario.start.nodes })}>
            {texts.repair}
          </button>
        ) : null}
      </div>
    </article>
  );
}

function Own({ app }: { readonly app: AppState }): JSX.Element {
  const texts = breakTexts[app.settings.language.value];
  const preVote = useSignal(true);
  const randomTimeouts = useSignal(true);
  const storage = useSignal<StorageKind>("sound");
  const open = (): void => {
    const { nodes, seed } = app.world.peek().session() ?? startOptions;
    const options = {
      ...startOptions.options,
      preVote: preVote.peek(),
      randomTimeouts: randomTimeouts.peek(),
      storage: storage.peek(),
    };
    void app.renew({ seed, nodes, options });
  };
  return (
    <section class="own">
      <h2>{texts.own}</h2>
      <p class="soft">{texts.ownHint}</p>
      <div class="actions">
        {[["preVote", preVote] as const, ["randomTimeouts", randomTimeouts] as const].map(([name, flag]) => (
          <label key={name} class="inline">
            <input
              type="checkbox"
              checked={flag.value}
              onChange={(event) => (flag.value = event.currentTarget.checked)}
            />
            {texts[name]}
          </label>
        ))}
        <label class="inline">
          {texts.storage}
          <select
            value={storage.value}
            onChange={(event) => {
              storage.value = STORAGES.find((kind) => kind === event.currentTarget.value) ?? "sound";
            }}
          >
            {STORAGES.map((kind) => (
              <option key={kind} value={kind}>
                {texts.storages[kind]}
              </option>
            ))}
          </select>
        </label>
        <button type="button" onClick={open}>
          {texts.openOwn}
        </button>
      </div>
    </section>
  );
}
