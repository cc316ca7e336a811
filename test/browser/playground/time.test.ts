import { afterAll, beforeAll, expect, test } from "vitest";
import { describeInBrowser, patienceMs } from "../support/browser.ts";
import { Playground } from "../support/playground.ts";
import { type Site, servePlayground } from "../support/site.ts";

describeInBrowser("time in the playground", ({ open }) => {
  let site: Site;
  beforeAll(async () => void (site = await servePlayground()), patienceMs);
  afterAll(() => site.close());
  const playground = async (fragment = ""): Promise<Playground> => new Playground(await open(site.url + fragment));

  test("one event at a time, forth and back", async () => {
    const page = await playground("#nodes=3");
    await page.leader();
    await page.pause();
    const begun = await page.event();
    await page.button(/^One event forward/).click();
    await expect.poll(() => page.event()).toBe(begun + 1);
    await page.button(/^One event back/).click();
    await page.button(/^One event back/).click();
    await expect.poll(() => page.event()).toBe(begun - 1);
    expect(await page.button("Play").count()).toBe(1);
  });

  test("from a moment of the past another way is taken; the one that was known is gone", async () => {
    const page = await playground("#nodes=3");
    await page.leader();
    await page.button("Propose a value").click();
    await page.count(page.entries("x=1", "committed"), 3);
    await page.pause();
    const present = await page.seconds();
    const line = page.page.getByRole("slider", { name: /^Time/ });
    const end = Number(await line.getAttribute("aria-valuemax"));

    const box = await line.boundingBox();
    if (box === null) throw new Error("there is no time line");
    await page.page.mouse.click(box.x + 2, box.y + box.height / 2);
    await page.count(page.entries("x=1", "committed"), 0);
    expect(await page.seconds()).toBeLessThan(0.1);
    await page.page.getByText("You are in the past.").waitFor();

    await page.button("To the present").click();
    await page.count(page.entries("x=1", "committed"), 3);
    expect(await page.seconds()).toBeCloseTo(present, 1);

    await line.focus();
    await page.page.keyboard.press("Home");
    await page.node("n2").click();
    await page.button("Kill").click();
    await page.nodeIs("n2", "down");
    await expect.poll(async () => Number(await line.getAttribute("aria-valuemax"))).toBeLessThan(end);
    await page.button("Play").click();
    await page.page.locator(".ring-node.appears-down").waitFor();
    await expect.poll(() => page.seconds(), { timeout: patienceMs }).toBeGreaterThan(0.2);
    expect(await page.entries("x=1", "committed").count()).toBe(0);
  });

  test("wherever the line is clicked, what is done there happens from there", async () => {
    const page = await playground("#nodes=3");
    await page.leader();
    await page.setSpeed("1×");
    await expect.poll(() => page.seconds(), { timeout: patienceMs }).toBeGreaterThan(1.5);
    await page.pause();
    const line = page.page.getByRole("slider", { name: /^Time/ });
    let last = await page.event();
    // Fractions of the line, which are fractions of a microsecond.
    for (const share of [0.531, 0.4477, 0.3913, 0.3331, 0.2817]) {
      const box = await line.boundingBox();
      if (box === null) throw new Error("there is no time line");
      await page.page.mouse.click(box.x + box.width * share, box.y + box.height / 2);
      // The step follows when the cluster has got there.
      await expect.poll(() => page.event()).toBeLessThan(last);
      const event = await page.event();
      await page.button(/^One event forward/).click();
      await expect.poll(() => page.event()).toBe(event + 1);
      await page.page.keyboard.press("v");
      await page.count(page.page.locator(".notice"), 0);
      last = event + 2;
      await expect.poll(() => page.event(), { message: `clicked at ${share}` }).toBe(last);
    }
    await page.button("Play").click();
    await expect.poll(() => page.seconds(), { timeout: patienceMs }).toBeGreaterThan(2);
  });

  test("runs as fast as the speed says", async () => {
    const page = await playground("#nodes=3");
    await page.leader();
    await page.setSpeed("20×");
    await page.page.getByText("20×", { exact: true }).waitFor();
    // At the speed that the page begins with this would take minutes.
    await expect.poll(() => page.seconds(), { timeout: patienceMs }).toBeGreaterThan(40);
    await page.setSpeed("1/20×");
    await page.pause();
    const stopped = await page.seconds();
    await page.page.keyboard.press("Escape");
    expect(await page.seconds()).toBe(stopped);
  });
});
