import type { Theme } from "@quorate/drawing";
import type { JSX } from "preact";
import type { AppState } from "../state/app-state.ts";
import { bringIntoSight } from "./bring-into-sight.ts";
import { Icon } from "./icon.tsx";

const NEXT_THEME: Readonly<Record<Theme, Theme>> = { system: "light", light: "dark", dark: "system" };
const THEME_ICONS = { system: "half", light: "sun", dark: "moon" } as const;

export function Header({ app }: { readonly app: AppState }): JSX.Element {
  const { header, tagline } = app.texts.value;
  const theme = app.settings.theme.value;
  const other = app.settings.language.value === "en" ? "zh" : "en";
  return (
    <header class="header">
      <img src="./favicon.svg" alt="" width="28" height="28" />
      <h1>Quorate</h1>
      <span class="tagline">{tagline}</span>
      <nav>
        <button type="button" class="is-accent" onClick={() => openLessons(app)}>
          <Icon name="book" />
          {header.lessons}
        </button>
        <button type="button" onClick={() => (app.isShareOpen.value = true)}>
          <Icon name="share" />
          {header.share}
        </button>
        <button type="button" lang={other} title={header.languageHint} onClick={() => void app.speak(other)}>
          {header.language}
        </button>
        <button
          type="button"
          class="is-icon"
          aria-label={header.theme[theme]}
          title={header.theme[theme]}
          onClick={() => (app.settings.theme.value = NEXT_THEME[theme])}
        >
          <Icon name={THEME_ICONS[theme]} />
        </button>
        <button
          type="button"
          class="is-icon"
          aria-label={header.help}
          title={`${header.help} (?)`}
          onClick={() => (app.isHelpOpen.value = true)}
        >
          ?
        </button>
      </nav>
    </header>
  );
}

function openLessons(app: AppState): void {
  if (app.panel.peek() === "lesson") bringIntoSight(".panels");
  app.panel.value = "lesson";
}
