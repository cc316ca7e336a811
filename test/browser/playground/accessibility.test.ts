import { afterAll, beforeAll, expect, test } from "vitest";
import { accessibilityFaults } from "../support/accessibility.ts";
import { describeInBrowser, patienceMs } from "../support/browser.ts";
import { Playground } from "../support/playground.ts";
import { type Site, servePlayground } from "../support/site.ts";

describeInBrowser("who sees little, or uses no pointer", ({ open }) => {
  let site: Site;
  beforeAll(async () => void (site = await servePlayground()), patienceMs);
  afterAll(() => site.close());

  test.each(["light", "dark"] as const)("axe-core finds nothing wrong with any panel, %s", async (colorScheme) => {
    const page = new Playground(await open(`${site.url}#nodes=3`, { colorScheme }));
    const faults: string[] = [];
    const look = async (what: string): Promise<void> => {
      for (const fault of await accessibilityFaults(page.page)) faults.push(`${what}: ${fault}`);
    };
    await page.leader();
    await look("the beginning");
    await page.page.keyboard.press("v");
    await page.count(page.entries("x=1", "committed"), 3);
    await page.pause();
    for (const name of ["Node", "Cluster", "Clients", "Invariants", "Break it", "Lessons"]) {
      await page.openPanel(name);
      await look(name);
    }
    await page.page.keyboard.press("?");
    await page.page.getByRole("dialog", { name: "Help" }).waitFor();
    await look("help");
    await page.page.keyboard.press("Escape");
    await page.page.keyboard.press("s");
    await page.page.getByRole("dialog", { name: "Share" }).waitFor();
    await look("share");
    await page.page.keyboard.press("Escape");
    await page.page.getByRole("tabpanel", { name: "Lessons" }).getByRole("button", { name: "Figure 8" }).click();
    await page.button("Next").waitFor();
    await look("a lesson");
    expect(faults).toEqual([]);
  });

  test("axe-core finds nothing wrong where an invariant is violated and links are cut", async () => {
    const page = new Playground(await open(site.url));
    const panel = await page.openPanel("Break it");
    await panel.locator('[data-scenario="forgets-vote"]').getByRole("button").first().click();
    await panel.getByText("Watch:").waitFor();
    await page.setSpeed("20×");
    await page.page.getByRole("alert").waitFor();
    expect(await accessibilityFaults(page.page)).toEqual([]);
  });

  test("axe-core would find a button that says nothing, and grey on grey", async () => {
    const page = await open(site.url);
    await page.getByRole("button", { name: "Lessons" }).waitFor();
    await page.evaluate(() => {
      const text = document.createElement("p");
      text.textContent = "hardly to be read";
      text.style.color = "#999";
      text.style.background = "#aaa";
      document.querySelector("main")?.append(document.createElement("button"), text);
    });
    const faults = (await accessibilityFaults(page)).join("\n");
    expect(faults).toContain("button-name");
    expect(faults).toContain("color-contrast");
  });

  test("Chinese is as complete as English, and is kept", async () => {
    const page = await open(site.url);
    await page.getByRole("button", { name: "中文" }).click();
    await page.getByRole("button", { name: "提议一个值" }).waitFor();
    expect(await page.locator("html").getAttribute("lang")).toBe("zh");
    for (const name of ["节点", "集群", "客户端", "不变量", "弄坏它", "课程"]) {
      await page.getByRole("tab", { name, exact: true }).click();
      const panel = page.getByRole("tabpanel", { name, exact: true });
      await expect.poll(() => panel.innerText(), { timeout: patienceMs }).toMatch(/\p{Script=Han}{4}/u);
      // Names of messages and nodes aside there is no English sentence left.
      expect(await panel.innerText()).not.toMatch(/[a-z]+ [a-z]+ [a-z]+ [a-z]+/);
    }
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.reload();
    await page.getByRole("button", { name: "提议一个值" }).waitFor();
  });

  test("light and dark: as the system, as the reader chooses, and kept", async () => {
    const page = await open(site.url, { colorScheme: "dark" });
    const brightness = (): Promise<number> =>
      page.evaluate(() => {
        const [red = 0, green = 0, blue = 0] = getComputedStyle(document.body).backgroundColor.match(/\d+/g) ?? [];
        return (Number(red) + Number(green) + Number(blue)) / 3;
      });
    expect(await brightness()).toBeLessThan(60);
    await page.getByRole("button", { name: "Theme: as the system" }).click();
    await page.getByRole("button", { name: "Theme: light" }).waitFor();
    expect(await brightness()).toBeGreaterThan(200);
    await page.reload();
    await page.getByRole("button", { name: "Theme: light" }).click();
    await page.getByRole("button", { name: "Theme: dark" }).waitFor();
    expect(await brightness()).toBeLessThan(60);
  });

  test("a whole scenario by keyboard alone: a partition, a value, healing, and back in time", async () => {
    const page = new Playground(await open(`${site.url}#nodes=3`));
    const { keyboard } = page.page;
    const focused = (): Promise<string> =>
      page.page.evaluate(() => {
        const { activeElement } = document;
        return activeElement?.getAttribute("aria-label") ?? activeElement?.textContent?.trim() ?? "";
      });
    const tabTo = async (isThere: (name: string) => boolean): Promise<void> => {
      const seen: string[] = [];
      for (let presses = 0; presses < 60 && !isThere(await focused()); presses += 1) {
        await keyboard.press("Tab");
        seen.push(await focused());
      }
      expect({ isFocused: isThere(await focused()), seen: isThere(await focused()) ? [] : seen }).toEqual({
        isFocused: true,
        seen: [],
      });
    };
    await page.leader();
    // In the ring: along the nodes, and one of them chosen.
    await tabTo((name) => name.startsWith("n1"));
    await keyboard.press("ArrowRight");
    await expect.poll(focused).toMatch(/^n2/);
    await keyboard.press("Enter");
    await page.page.getByRole("tabpanel", { name: "Node" }).getByText("n2 ·").waitFor();
    // Along the tabs to the one where networks are cut.
    await tabTo((name) => name === "Node");
    await keyboard.press("ArrowRight");
    await keyboard.press("ArrowRight");
    await expect.poll(focused).toBe("Cluster");
    await tabTo((name) => name === "n3 is on this side");
    await keyboard.press("Space");
    await tabTo((name) => name === "Cut this side off");
    await keyboard.press("Enter");
    await page.count(page.page.locator(".ring-link.is-both"), 2);
    // Whoever leads now leads two of three.
    await page.page.locator('.ring-node.appears-leader:not([data-node="n3"])').waitFor();
    await keyboard.press("v");
    await page.count(page.entries("x=1", "committed"), 2);
    await keyboard.press("x");
    await page.count(page.entries("x=1", "committed"), 3);
    await tabTo((name) => name === "Pause");
    await keyboard.press("Space");
    await page.button("Play").waitFor();
    await tabTo((name) => name.startsWith("Time."));
    await keyboard.press("Home");
    await page.count(page.entries("x=1", "committed"), 0);
    await keyboard.press("End");
    await page.count(page.entries("x=1", "committed"), 3);
    await keyboard.press("?");
    await page.page.getByRole("dialog", { name: "Help" }).waitFor();
    await keyboard.press("Escape");
    await page.page.getByRole("dialog").waitFor({ state: "hidden" });
  });

  test.each([
    ["a phone", { width: 390, height: 844 }, true],
    ["a small screen", { width: 1280, height: 800 }, false],
  ])("on %s nothing is wider than the page, and everything can be reached", async (_name, viewport, isPhone) => {
    const page = new Playground(await open(site.url, { viewport, hasTouch: isPhone, isMobile: isPhone }));
    await page.leader();
    const press = (name: string): Promise<void> => (isPhone ? page.button(name).tap() : page.button(name).click());
    await press("Propose a value");
    await page.count(page.entries("x=1", "committed"), 5);
    for (const name of ["Cluster", "Clients", "Invariants", "Break it", "Lessons", "Node"]) {
      await page.openPanel(name);
      const widths = await page.page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
      expect({ name, width: widths[0] }).toEqual({ name, width: widths[1] });
    }
    await press("Kill");
    await press("Restart");
    await page.pause();
    await press("Play");
    if (!isPhone) {
      // All of it at once: nothing but panels scrolls.
      expect(await page.page.evaluate(() => document.documentElement.scrollHeight - innerHeight)).toBeLessThanOrEqual(
        0,
      );
    }
    await press("Share");
    await page.page.getByRole("dialog", { name: "Share" }).getByRole("button", { name: "Close" }).click();
    await page.page.getByRole("dialog").waitFor({ state: "hidden" });
  });
});
