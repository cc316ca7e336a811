import { useSignal } from "@preact/signals";
import type { FunctionComponent, JSX } from "preact";
import { useEffect } from "preact/hooks";
import type { AppState } from "../state/app-state.ts";

/** A part of the page that is fetched when it is needed for the first time. */
export type Part = FunctionComponent<{ readonly app: AppState }>;

export function Lazy({ app, load }: { readonly app: AppState; readonly load: () => Promise<Part> }): JSX.Element {
  const part = useSignal<Part | undefined>(undefined);
  useEffect(() => {
    load().then(
      (loaded) => (part.value = loaded),
      (error: unknown) => (app.notice.value = { text: String(error), isBad: true }),
    );
  }, [app, load, part]);
  const Loaded = part.value;
  return Loaded === undefined ? <p class="loading">{app.texts.value.panels.loading}</p> : <Loaded app={app} />;
}
