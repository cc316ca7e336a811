import { afterAll, beforeAll, expect, test } from "vitest";
import { describeInBrowser, patienceMs } from "../support/browser.ts";
import { Playground } from "../support/playground.ts";
import { type Site, servePlayground } from "../support/site.ts";

describeInBrowser("a cluster with a promise taken away", ({ open }) => {
  let site: Site;
  beforeAll(async () => void (site = await servePlayground()), patienceMs);
  afterAll(() => site.close());

  test.each([
    ["forgets-vote", "One vote per term"],
    ["acknowledges-early", "What is committed stays"],
    ["no-pre-vote", "No disruption"],
    ["not-random", "Elections come to an end"],
  ])("%s: the invariant is named, time stops, and the reader sees why", async (name, invariant) => {
    const page = new Playground(await open(site.url));
    await page.leader();
    const panel = await page.openPanel("Break it");
    const scenario = panel.locator(`[data-scenario="${name}"]`);
    await scenario.getByRole("button").first().click();
    await scenario.getByText("Watch:").waitFor();
    // It is begun slowly, to be watched. Pressed before it has begun, the key would speed up the cluster before it.
    await page.count(page.page.locator(".ring-node.appears-leader"), 0);
    for (let press = 0; press < 8; press += 1) await page.page.keyboard.press("]");
    const alert = page.page.getByRole("alert");
    await page.eventually(
      () => alert.innerText(),
      (text) => text.includes(invariant),
      "named",
    );
    await page.button("Play").waitFor();
    const stopped = await page.event();
    await scenario.getByText("Why the rule exists:").or(scenario.locator(".found")).first().waitFor();

    await page.button("What happened?").click();
    await page.page.getByRole("tabpanel", { name: "Invariants" }).getByText(invariant, { exact: true }).waitFor();
    await page.button("Play").click();
    await page.page.keyboard.press("v");
    await page.page.getByText("An invariant is violated").first().waitFor();
    expect(await page.event()).toBe(stopped);
  });
});
