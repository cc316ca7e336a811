import { type Signal, effect, signal } from "@preact/signals";
import { type Language, languages, preferredLanguage } from "../i18n/language.ts";
import { type Theme, setTheme } from "./theme.ts";

/** What a reader has chosen for this page, kept by the browser where it lets us. */
export interface Settings {
  readonly language: Signal<Language>;
  readonly theme: Signal<Theme>;
}

const themes: readonly Theme[] = ["system", "light", "dark"];

/** Reads what was chosen under `key` and follows it: the page's language and theme are set, now and on every change. */
export function openSettings(key: string): Settings {
  const stored = load(key);
  const language = signal(
    languages.find((known) => known === stored.language) ?? preferredLanguage(navigator.languages),
  );
  const theme = signal(themes.find((known) => known === stored.theme) ?? "system");
  effect(() => {
    document.documentElement.lang = language.value;
    setTheme(theme.value);
    store(key, { language: language.value, theme: theme.value });
  });
  return { language, theme };
}

interface Stored {
  readonly language?: string;
  readonly theme?: string;
}

/** A browser may forbid storage, and what is there may be of anyone: then the defaults hold. */
function load(key: string): Stored {
  try {
    const value: unknown = JSON.parse(localStorage.getItem(key) ?? "{}");
    return typeof value === "object" && value !== null ? value : {};
  } catch {
    return {};
  }
}

function store(key: string, settings: Stored): void {
  try {
    localStorage.setItem(key, JSON.stringify(settings));
  } catch {
    return; // The choice holds as long as the page does.
  }
}
