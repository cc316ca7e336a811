import { type Invariant, type Violation, invariants } from "@quorate/cluster-lab";
import { secondsText } from "@quorate/drawing";
import type { JSX } from "preact";
import { sectionWords } from "../i18n/section.ts";
import { Icon } from "../parts/icon.tsx";
import type { AppState } from "../state/app-state.ts";
import { violationSentence } from "./violation-sentence.ts";
import { rulesTexts } from "./rules-texts.ts";

/** What must always hold, and whether it does. */
export function RulesPanel({ app }: { readonly app: AppState }): JSX.Element {
  const texts = rulesTexts[app.settings.language.value];
  const violation = app.violation.value;
  const isRecording = app.world.value.options === undefined;
  return (
    <div class="rules">
      <p class="soft">{isRecording ? texts.recorded : texts.intro}</p>
      {violation === undefined ? null : <Broken app={app} violation={violation} />}
      <ul>
        {invariants.map((invariant) => (
          <Rule
            key={invariant.name}
            app={app}
            invariant={invariant}
            isChecked={!isRecording}
            isBroken={violation?.invariant === invariant.name}
          />
        ))}
      </ul>
    </div>
  );
}

function Broken({ app, violation }: { readonly app: AppState; readonly violation: Violation }): JSX.Element {
  const language = app.settings.language.value;
  const texts = rulesTexts[language];
  const { title, why } = texts.rules[violation.invariant];
  return (
    <div class="broken" role="alert">
      <h2>
        {title}: {texts.violated}, {texts.at(secondsText(violation.atMs))} ({sectionWords(violation.section, language)})
      </h2>
      <p>{violationSentence(violation, language)}</p>
      <p class="soft">{why}</p>
      <button type="button" onClick={() => void app.goToStep(violation.step - 1)}>
        {texts.goThere}
      </button>
    </div>
  );
}

function Rule(props: {
  readonly app: AppState;
  readonly invariant: Invariant;
  readonly isChecked: boolean;
  readonly isBroken: boolean;
}): JSX.Element {
  const texts = rulesTexts[props.app.settings.language.value];
  const { title, rule } = texts.rules[props.invariant.name];
  return (
    <li class={props.isBroken ? "rule is-broken" : "rule"}>
      {props.isChecked ? (
        <span class="rule-state">
          <Icon name={props.isBroken ? "kill" : "check"} />
          <span class="visually-hidden">{props.isBroken ? texts.violated : texts.holds}</span>
        </span>
      ) : null}
      <div>
        <strong>{title}</strong>{" "}
        <span class="section">{sectionWords(props.invariant.section, props.app.settings.language.value)}</span>
        <p>{rule}</p>
      </div>
    </li>
  );
}
