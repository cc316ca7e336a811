import type { JSX } from "preact";
import { sectionWords } from "../i18n/section.ts";
import { rulesTexts } from "../panels/rules-texts.ts";
import { violationSentence } from "../panels/violation-sentence.ts";
import type { AppState } from "../state/app-state.ts";

/** Above everything when an invariant is violated: which one, and the way to why it is there. */
export function ViolationBar({ app }: { readonly app: AppState }): JSX.Element | null {
  const violation = app.violation.value;
  if (violation === undefined) return null;
  const language = app.settings.language.value;
  const { violated, rules, whatHappened } = rulesTexts[language];
  return (
    <div class="violation" role="alert">
      <strong>
        {rules[violation.invariant].title}: {violated}
      </strong>
      <span class="section">{sectionWords(violation.section, language)}</span>
      <span>{violationSentence(violation, language)}</span>
      <button type="button" onClick={() => (app.panel.value = "rules")}>
        {whatHappened}
      </button>
    </div>
  );
}
