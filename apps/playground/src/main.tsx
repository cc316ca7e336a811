import { render } from "preact";
import { App } from "./app.tsx";
import { AppState } from "./state/app-state.ts";
import { openSettings } from "./state/settings.ts";
import { openWorld } from "./state/address.ts";

const settings = openSettings();
const app = new AppState(settings, await openWorld());
await app.speak(settings.language.peek());
const frame = document.getElementById("playground");
if (frame !== null) render(<App app={app} />, frame);
if (!matchMedia("(prefers-reduced-motion: reduce)").matches) app.player.play();
