import axe from "axe-core";
import type { Page } from "playwright-core";

/** What axe-core finds wrong with what the page shows now: the rule, and where. */
export async function accessibilityFaults(page: Page): Promise<readonly string[]> {
  // What fades in has its colour at the end; what goes on for ever has no end.
  await page.evaluate(() => {
    const ending = document.getAnimations().filter(({ effect }) => effect?.getComputedTiming().endTime !== Infinity);
    return Promise.allSettled(ending.map((animation) => animation.finished));
  });
  await page.evaluate(axe.source);
  return page.evaluate(async () => {
    const { violations } = await window.axe.run(document, { resultTypes: ["violations"] });
    return violations.flatMap(({ id, help, nodes }) =>
      nodes.map(({ target, failureSummary = "" }) => `${id} (${help}) at ${target.join(" ")}: ${failureSummary}`),
    );
  });
}

declare global {
  interface Window {
    readonly axe: typeof axe;
  }
}
