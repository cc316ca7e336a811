import { openSettings } from "@quorate/drawing";
import { render } from "preact";
import * as z from "zod/mini";
import { App } from "./app.tsx";
import { AppState } from "./state/app-state.ts";
import { openEventStream } from "./state/event-stream.ts";
import { policyOfPage } from "./state/policy.ts";

const TICK_MS = 100;

// The policy of the page allows no code that is made while it runs.
z.config({ jitless: true });

const frame = document.getElementById("dashboard");
if (frame !== null) {
  const app = new AppState(openSettings("quorate-dashboard"), {
    home: location.origin,
    openStream: openEventStream,
    policy: policyOfPage,
    fetch: (url, init) => fetch(url, init),
    nowMs: () => performance.now(),
    wallMs: () => Date.now(),
    random: () => Math.random(),
  });
  setInterval(() => app.tick(), TICK_MS);
  render(<App app={app} />, frame);
}
