import { afterAll, beforeAll, expect, test } from "vitest";
import { sessionToText } from "../../../packages/cluster-lab/src/index.ts";
import { describeInBrowser, patienceMs } from "../support/browser.ts";
import { Playground } from "../support/playground.ts";
import { type Site, servePlayground } from "../support/site.ts";

/** The longest session that a link can hold: minutes of work. */
const longest = { version: 1, seed: "1", nodes: 7, options: {}, actions: [], step: 20_000_000 } as const;

describeInBrowser("links that ask for a lot of work", ({ open }) => {
  let site: Site;
  beforeAll(async () => void (site = await servePlayground()), patienceMs);
  afterAll(() => site.close());

  test("the page is drawn first, answers all the while, and can be told to stop", async () => {
    const page = new Playground(await open(`${site.url}#session=${await sessionToText(longest)}`));
    const stop = page.button("Stop here");
    await stop.waitFor();
    expect(await page.page.locator(".ring-node").count()).toBe(7);
    const way = page.page.locator("[data-part=way] progress");
    const travelled = (): Promise<number> => way.evaluate((bar: HTMLProgressElement) => bar.value);
    const before = await travelled();
    // A frozen page would draw nothing between two looks at it.
    await page.page.evaluate(async () => {
      for (let frame = 0; frame < 30; frame += 1) await new Promise((resolve) => requestAnimationFrame(resolve));
    });
    await expect.poll(travelled).toBeGreaterThan(before);
    await page.node("n3").click();
    await page.page.getByRole("tabpanel").waitFor();

    await stop.click();
    await way.waitFor({ state: "detached" });
    const event = await page.event();
    expect(event).toBeGreaterThan(0);
    await page.button(/^One event back/).click();
    await expect.poll(() => page.event()).toBe(event - 1);
    await page.button("Kill").click();
    await page.nodeIs("n3", "down");
  });

  test("sessions that nobody can play are refused in words", async () => {
    const options = { heartbeatIntervalMs: 0.001, electionTimeoutMinMs: 1, electionTimeoutMaxMs: 2 };
    for (const [part, words] of [
      [{ step: 2 ** 40 }, "session.step: must be an integer from 0 to 20000000"],
      [{ step: 0, options }, "session.options.heartbeatIntervalMs: must be a number from 1 to"],
    ] as const) {
      const page = new Playground(await open(`${site.url}#session=${await sessionToText({ ...longest, ...part })}`));
      await page.page.getByText(words).waitFor();
      await page.button("Play").click();
      await page.leader();
    }
  });

  test("a trace of a few bytes that asks for a billion entries is refused in words", async () => {
    const page = new Playground(await open(`${site.url}#nodes=3`));
    await page.leader();
    const configuration = { nodes: ["n1"], link: {} };
    const lines = [
      { format: "quorate-simulator-trace", version: 1, plan: { seed: "1", profile: "calm", configuration } },
      { step: 1, atMs: 1, kind: "append", node: "n1", firstIndex: 1, count: 1e9 },
    ];
    await page.button("Share").click();
    const text = lines.map((line) => JSON.stringify(line)).join("\n");
    await page.page
      .locator("[data-part=trace-file]")
      .setInputFiles({ name: "run.trace", mimeType: "text/plain", buffer: Buffer.from(text) });
    await page.page.getByText("line 2: count is not a whole number from 0 to 10000").waitFor();
  });
});
