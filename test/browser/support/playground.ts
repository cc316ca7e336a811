import type { Locator, Page } from "playwright-core";
import { expect } from "vitest";
import { patienceMs } from "./browser.ts";

/** What a person sees and does on the page of the playground; by what is written there, in English. */
export class Playground {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  node(id: string): Locator {
    return this.page.locator(`[data-node="${id}"]`);
  }

  button(name: string | RegExp): Locator {
    return this.page.getByRole("button", typeof name === "string" ? { name, exact: true } : { name });
  }

  tab(name: string): Locator {
    return this.page.getByRole("tab", { name, exact: true });
  }

  /** Opens a panel and waits until it is there. */
  async openPanel(name: string): Promise<Locator> {
    await this.tab(name).click();
    const panel = this.page.getByRole("tabpanel", { name, exact: true });
    await panel.locator(":not(.loading)").first().waitFor();
    return panel;
  }

  async nodeIs(id: string, role: string): Promise<void> {
    await this.eventually(
      () => this.node(id).textContent(),
      (text) => text.includes(role),
      `${id} is ${role}`,
    );
  }

  /** Resolves with who leads, once somebody does. */
  async leader(): Promise<string> {
    const leader = this.page.locator(".ring-node.appears-leader").first();
    await leader.waitFor();
    return (await leader.getAttribute("data-node")) ?? "";
  }

  /** The entries with this text, one for each log that has it. */
  entries(text: string, state: "committed" | "not committed"): Locator {
    return this.page.locator(`.log-entry[title*=": ${text} (${state}"]`);
  }

  async count(locator: Locator, expected: number): Promise<void> {
    await expect.poll(() => locator.count(), { timeout: patienceMs }).toBe(expected);
  }

  async eventually(
    read: () => Promise<string | null>,
    isRight: (text: string) => boolean,
    what: string,
  ): Promise<void> {
    await expect
      .poll(
        async () => {
          const text = (await read()) ?? "";
          return isRight(text) ? what : text;
        },
        { timeout: patienceMs },
      )
      .toBe(what);
  }

  /** Shown on the clock, in seconds of virtual time. */
  async seconds(): Promise<number> {
    return Number.parseFloat(await this.page.locator(".clock strong").innerText());
  }

  /** Which event is shown; exact while time stands still. */
  async event(): Promise<number> {
    return Number((await this.page.locator(".clock-step").innerText()).replace(/\D/g, ""));
  }

  async pause(): Promise<void> {
    const button = this.page.locator('[data-part="play"]');
    if ((await button.getAttribute("aria-label")) === "Pause") await button.click();
    await this.button("Play").waitFor();
  }

  async setSpeed(words: string): Promise<void> {
    const slider = this.page.getByRole("slider", { name: "Speed" });
    await slider.focus();
    await slider.press("Home");
    for (let step = 0; step < 10 && (await slider.getAttribute("aria-valuetext")) !== words; step += 1) {
      await slider.press("ArrowRight");
    }
    expect(await slider.getAttribute("aria-valuetext")).toBe(words);
  }

  /** Roles, terms and logs, as they are read aloud. */
  async situation(): Promise<string> {
    const main = this.page.locator("main");
    const ring = await main.locator(".ring svg").ariaSnapshot();
    const logs = await main.locator(".logs-card").ariaSnapshot();
    // Who is selected is no part of it.
    return `${ring}\n${logs}\n${await this.seconds()}`.replaceAll(" [pressed]", "");
  }

  /** Where a point of the ring's drawing (640 by 640) is on the screen. */
  async ringPoint(x: number, y: number): Promise<{ readonly x: number; readonly y: number }> {
    const box = await this.page.locator(".ring svg").boundingBox();
    if (box === null) throw new Error("the ring is not to be seen");
    return { x: box.x + (x * box.width) / 640, y: box.y + (y * box.height) / 640 };
  }
}
