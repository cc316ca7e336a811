import { render } from "preact";
import { App } from "./app.tsx";
import { addressOf, startOptions } from "./state/address.ts";
import { AppState } from "./state/app-state.ts";
import { openSettings } from "./state/settings.ts";
import { World } from "./state/world.ts";

/** Not at the top level: what is fetched later imports this module's chunk, and would wait for it to be through. */
async function start(frame: HTMLElement): Promise<void> {
  const address = addressOf(location.hash);
  const settings = openSettings();
  if (address.theme !== undefined) settings.theme.value = address.theme;
  document.documentElement.classList.toggle("is-embedded", new URLSearchParams(location.search).has("embed"));

  const isPlain = address.session === undefined && address.lesson === undefined;
  const app = new AppState(settings, await World.open(isPlain ? address.start : startOptions));
  await app.speak(address.language ?? settings.language.peek());
  if (!isPlain) await (await import("./state/open-address.ts")).openFragment(app, location.hash);
  render(<App app={app} />, frame);
  if (isPlain && !matchMedia("(prefers-reduced-motion: reduce)").matches) app.player.play();
  // Nobody needs it for the first picture.
  (await import("./state/open-address.ts")).followAddress(app);
}

const frame = document.getElementById("playground");
if (frame !== null) void start(frame);
