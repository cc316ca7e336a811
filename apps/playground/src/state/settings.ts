import { type Signal, effect, signal } from "@preact/signals";
import { type Language, type Theme, languages, preferredLanguage, setTheme } from "@quorate/drawing";

/** What a reader has chosen for this page, kept by the browser where it lets us. */
export interface Settings {
  readonly language: Signal<Language>;
  readonly theme: Signal<Theme>;
}

const KEY = "quorate-playground";
const themes: readonly Theme[] = ["system", "light", "dark"];

export function openSettings(): Settings {
  const stored = load();
  const language = signal(
    languages.find((known) => known === stored.language) ?? preferredLanguage(navigator.languages),
  );
  const theme = signal(themes.find((known) => known === stored.theme) ?? "system");
  effect(() => {
    document.documentElement.lang = language.value;
    setTheme(theme.value);
    store({ language: language.value, theme: theme.value });
  });
  return { language, theme };
}

interface Stored {
  readonly language?: string;
  readonly theme?: string;
}

/** A browser may forbid storage, and what is there may be of anyone: then the defaults hold. */
function load(): Stored {
  try {
    const value: unknown = JSON.parse(localStorage.getItem(KEY) ?? "{}");
    return typeof value === "object" && value !== null ? value : {};
  } catch {
    return {};
  }
}

function store(settings: Stored): void {
  try {
    localStorage.setItem(KEY, JSON.stringify(settings));
  } catch {
    return; // The choice holds as long as the page does.
  }
}
