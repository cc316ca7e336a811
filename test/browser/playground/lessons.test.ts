import { afterAll, beforeAll, expect, test } from "vitest";
import { catalog } from "../../../apps/playground/src/lessons/catalog.ts";
import { describeInBrowser, patienceMs } from "../support/browser.ts";
import { Playground } from "../support/playground.ts";
import { type Site, servePlayground } from "../support/site.ts";

/** More than any election takes, and any that a lesson waits for. */
const SLOW_SECONDS = 8;

describeInBrowser("lessons", ({ open }) => {
  let site: Site;
  beforeAll(async () => void (site = await servePlayground()), patienceMs);
  afterAll(() => site.close());

  /** Reads a lesson to its end, and lets time pass before each thing that is to be done, where it does. */
  async function read(page: Playground, id: string): Promise<void> {
    const panel = page.page.getByRole("tabpanel", { name: "Lessons" });
    await page.button("Lessons").click();
    await panel.locator(`[data-lesson="${id}"]`).click();
    const position = panel.locator(".lesson-position");
    await position.waitFor();
    const steps = Number((await position.innerText()).split(" ").at(-1));
    for (let step = 1; step <= steps; step += 1) {
      await page.eventually(
        () => position.innerText(),
        (text) => text.startsWith(`${step} of`),
        `step ${step}`,
      );
      // As fast as it goes, whatever the lesson thinks good for reading.
      for (let press = 0; press < 8; press += 1) await page.page.keyboard.press("]");
      const ask = panel.locator('[data-part="lesson-ask"]');
      if ((await ask.count()) > 0) {
        const until = (await page.seconds()) + SLOW_SECONDS;
        if ((await page.button("Pause").count()) > 0) {
          await expect.poll(() => page.seconds(), { timeout: patienceMs }).toBeGreaterThan(until);
        }
        await ask.click();
      }
      await panel.getByText("Watch what happens …").or(panel.getByText("Your turn:")).waitFor({ state: "hidden" });
      expect(await panel.locator(".lesson-text").innerText()).not.toMatch(/[{}?]{2}|\{|undefined| \?[ .,]/);
      if (step < steps) await page.button("Next").click();
    }
    expect(await page.page.getByRole("alert").count()).toBe(0);
  }

  test.each([
    ["first-election", ".ring svg"],
    ["figure-7", ".logs table"],
  ])("on a phone, %s shows its text and what it is about at once", async (id, subject) => {
    const viewport = { width: 390, height: 844 };
    const page = new Playground(await open(site.url, { viewport, hasTouch: true, isMobile: true }));
    await page.button("Lessons").click();
    const first = page.page.locator(`[data-lesson="${id}"]`);
    await expect.poll(async () => (await first.boundingBox())?.y, { timeout: patienceMs }).toBeLessThan(600);
    await first.click();
    const seen = async (selector: string): Promise<{ readonly top: number; readonly bottom: number }> => {
      const box = await page.page.locator(selector).boundingBox();
      return { top: box?.y ?? -1, bottom: box === null ? Infinity : box.y + box.height };
    };
    for (let step = 1; step <= 2; step += 1) {
      const bar = (await seen(".time-bar")).top;
      await expect
        .poll(async () => (await seen(".lesson-text p:first-child")).bottom, { timeout: patienceMs })
        .toBeLessThan(bar);
      const [text, drawing] = [await seen(".lesson-text p:first-child"), await seen(subject)];
      expect(drawing.top).toBeGreaterThanOrEqual(0);
      expect(drawing.bottom).toBeLessThanOrEqual(text.top);
      if (step === 1) await page.button("Next").click();
    }
  });

  test.each(catalog.map(({ id }) => id))("%s comes to its end, however slowly it is read", async (id) => {
    const page = new Playground(await open(site.url));
    await page.button("Lessons").waitFor();
    await read(page, id);
  });
});
