import { execFile } from "node:child_process";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { drawPlan, simulate, traceHeader, traceLine } from "../../../packages/simulator/src/index.ts";
import { afterAll, beforeAll, expect, test } from "vitest";
import { root } from "../../tidy/workspace.ts";
import { describeInBrowser, patienceMs } from "../support/browser.ts";
import { Playground } from "../support/playground.ts";
import { type Site, serveForeignPage, servePlayground } from "../support/site.ts";

/** Where `@quorate/cluster-lab` and `vitest` are installed, as the exported file wants it. */
const lab = join(root, "packages/cluster-lab");

async function runVitest(text: string): Promise<string> {
  const folder = join(lab, "node_modules/.cache/exported-by-the-page");
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "quorate.test.ts"), text);
  const { VITEST: _vitest, ...env } = process.env;
  const args = [join(lab, "node_modules/vitest/vitest.mjs"), "run", "--root", folder, "--dir", folder];
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: lab, env: { ...env, NO_COLOR: "1" } });
  return stdout;
}

async function traceOf(seed: bigint): Promise<string> {
  const plan = drawPlan(seed, "calm", { durationMs: 400 });
  const lines = [traceHeader(plan)];
  await simulate(plan, { sink: (entry) => lines.push(traceLine(entry)) });
  return `${lines.join("\n")}\n`;
}

describeInBrowser("sharing what is in the playground", ({ open }) => {
  let site: Site;
  beforeAll(async () => void (site = await servePlayground()), patienceMs);
  afterAll(() => site.close());

  /** A leader that was killed, a value, a link that is cut: a situation that nobody has by chance. */
  async function situation(): Promise<Playground> {
    const page = new Playground(await open(`${site.url}#seed=2a&nodes=5`));
    const leader = await page.leader();
    await page.button("Propose a value").click();
    await page.count(page.entries("x=1", "committed"), 5);
    await page.node(leader).click();
    await page.button("Kill").click();
    await page.nodeIs(leader, "down");
    await page.page.locator(`.ring-node.appears-leader:not([data-node="${leader}"])`).waitFor();
    await page.pause();
    return page;
  }

  test("the link opens the same situation in another browser, and time goes on there", async () => {
    const page = await situation();
    const seen = await page.situation();
    await page.button("Share").click();
    const link = page.page.getByRole("textbox", { name: "Link to this moment" });
    await expect.poll(() => link.inputValue()).toContain("#session=");
    const url = await link.inputValue();

    const other = new Playground(await open(url));
    await other.page.locator(".ring-node").first().waitFor();
    expect(await other.situation()).toBe(seen);
    await other.button("Play").click();
    const [, begun] = /([\d.]+)$/.exec(seen) ?? [];
    await expect.poll(() => other.seconds(), { timeout: patienceMs }).toBeGreaterThan(Number(begun) + 0.1);
  });

  test("the link is copied, and a link that is none is told in words", async () => {
    const page = await situation();
    await page.page.keyboard.press("s");
    const link = page.page.getByRole("textbox", { name: "Link to this moment" });
    await expect.poll(() => link.inputValue()).toContain("#session=");
    await page.button("Copy").first().click();
    await page.button("Copied").waitFor();
    expect(await page.page.evaluate(() => navigator.clipboard.readText())).toBe(await link.inputValue());

    const broken = new Playground(await open(`${site.url}#session=1.nonsense`));
    await broken.page.getByText("This link cannot be opened").waitFor();
    await broken.page.locator(".ring-node").first().waitFor();
  });

  test("the situation is downloaded as a test, which passes", async () => {
    const page = await situation();
    await page.button("Share").click();
    const [download] = await Promise.all([page.page.waitForEvent("download"), page.button("Download").click()]);
    expect(download.suggestedFilename()).toBe("quorate.test.ts");
    const text = await readFile(await download.path(), "utf8");
    expect(await runVitest(text)).toMatch(/Tests\s+1 passed/);
  });

  test("a trace file of the simulator opens and plays", async () => {
    const page = new Playground(await open(site.url));
    await page.leader();
    await page.button("Share").click();
    const buffer = Buffer.from(await traceOf(3n));
    await page.page
      .getByLabel("Open a trace file")
      .setInputFiles({ name: "seed-3.trace", mimeType: "application/json", buffer });
    await page.page.getByRole("dialog").waitFor({ state: "hidden" });
    // It says what it is, begins where there is something to see, and offers nothing that cannot be done.
    await page.page.getByRole("note").getByText("This is a recording").waitFor();
    await page.count(page.page.locator(".ring-node.appears-down"), 0);
    for (const words of ["Propose a value", "Kill", "7"]) expect(await page.button(words).count()).toBe(0);
    expect(await (await page.openPanel("Invariants")).innerText()).toContain("nothing is checked here");
    expect(await (await page.openPanel("Cluster")).getByRole("button").count()).toBe(0);
    expect(await (await page.openPanel("Clients")).getByRole("button").count()).toBe(0);
    const line = page.page.getByRole("slider", { name: /^Time/ });
    const endMs = Number(await line.getAttribute("aria-valuemax"));
    expect(endMs).toBeGreaterThanOrEqual(300);
    if ((await page.button("Play").count()) > 0) await page.button("Play").click();
    await page.setSpeed("1×");
    await expect
      .poll(async () => Number(await line.getAttribute("aria-valuenow")), { timeout: patienceMs })
      .toBe(endMs);
    await page.leader();
    await page.page.keyboard.press("v");
    await page.page.locator(".notice").getByText("This is a recording").waitFor();
    await page.button("New cluster").click();
    await page.button("Propose a value").waitFor();
  });

  test("is an element of a page of somebody else's", async () => {
    const foreign = await serveForeignPage(`<!doctype html><html lang="en"><title>Somebody else's</title>
      <body><h1>My page</h1>
      <script type="module" src="${site.url}embed.js"></script>
      <quorate-playground seed="2a" nodes="3" theme="dark" lang="zh"></quorate-playground></body></html>`);
    try {
      const page = await open(foreign.url);
      const frame = page.frameLocator("quorate-playground iframe");
      await frame.locator(".ring-node.appears-leader").waitFor();
      expect(await frame.locator(".ring-node").count()).toBe(3);
      expect(await frame.locator("html").getAttribute("lang")).toBe("zh");
      await frame.getByRole("button", { name: "提议一个值" }).click();
      await expect.poll(() => frame.locator('.log-entry[title*="x=1"]').count(), { timeout: patienceMs }).toBe(3);
    } finally {
      await foreign.close();
    }
  });
});
