import type { Locator, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { TestCluster, type TestNode } from "../../apps/kv-server/test/processes/test-cluster.ts";
import { accessibilityFaults } from "./support/accessibility.ts";
import { describeInBrowser, patienceMs } from "./support/browser.ts";
import { provideDashboard } from "./support/dashboard.ts";

/** A second, as promised, and what a machine that is busy with other tests takes on top. */
const NOTICE_MS = 3_000;

/** The lead moves only where a test moves it, however busy the machine is. */
const patient = ["--election-timeout-min-ms", "1000", "--election-timeout-max-ms", "2000"];

/** What Chromium says of a server that has died. */
const expected = /net::ERR_(?:CONNECTION_REFUSED|CONNECTION_RESET|INCOMPLETE_CHUNKED_ENCODING|EMPTY_RESPONSE)/;

/** What it says of what the page's policy forbids, and of reads where nobody leads. */
const refused = /Content Security Policy|violates|503/;

const row = (page: Page, node: TestNode): Locator => page.locator(`[data-node-row="${node.id}"]`);

describeInBrowser("the dashboard beside a cluster of three", ({ open }) => {
  let cluster: TestCluster;
  beforeAll(async () => {
    await provideDashboard();
    cluster = await TestCluster.start(3, ["--dashboard-actions", ...patient]);
    await cluster.agreedLeader();
  }, 2 * patienceMs);
  afterAll(() => cluster[Symbol.asyncDispose]());

  async function leaderAndOther(): Promise<readonly [TestNode, TestNode]> {
    const leader = await cluster.agreedLeader();
    const other = cluster.nodes.find((node) => node !== leader);
    if (other === undefined) throw new Error("there are three nodes");
    return [leader, other];
  }

  async function openAt(node: TestNode, options = {}): Promise<Page> {
    const page = await open(`${node.place.url}/`, { expected, ...options });
    for (const each of cluster.nodes)
      await row(page, each)
        .getByText(/leader|follower/)
        .first()
        .waitFor();
    return page;
  }

  const has = (locator: Locator, text: string): Promise<unknown> =>
    expect.poll(() => locator.innerText(), { timeout: patienceMs }).toContain(text);

  test("shows every node, who leads, and the keys that are written", async () => {
    const [leader, other] = await leaderAndOther();
    const page = await openAt(other);
    await page.getByText(`Live, from ${other.id}`).waitFor();
    await has(row(page, leader), "leader");
    await page.locator(`.ring-node.appears-leader[data-node="${leader.id}"]`).waitFor();
    expect((await leader.call("PUT", "/v1/kv/colour", { body: "green" })).status).toBe(200);
    await page.getByRole("button", { name: "Show", exact: true }).click();
    await page.getByRole("cell", { name: "green" }).waitFor();
  });

  test.each([
    ["light", { width: 1280, height: 800 }],
    ["dark", { width: 390, height: 844 }],
  ] as const)(
    "axe-core finds nothing wrong, and nothing is wider than the page: %s, %o",
    async (colorScheme, viewport) => {
      const [, other] = await leaderAndOther();
      const page = await openAt(other, { colorScheme, viewport });
      expect(await accessibilityFaults(page)).toEqual([]);
      const [width, room] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
      expect(width).toBe(room);
    },
  );

  test.each([1280, 1600])("nothing moves when nodes stand for election, %d wide", async (width) => {
    const [, other] = await leaderAndOther();
    const page = await openAt(other, { viewport: { width, height: 900 } });
    const places = (role: string): Promise<readonly number[]> =>
      page.evaluate((name) => {
        for (const chip of document.querySelectorAll(".node-role")) chip.textContent = name;
        return [".ring-card", ".nodes-card", ".logs-card", ".node-row td"].flatMap((selector) => {
          const {
            x,
            y,
            width: wide,
            height,
          } = document.querySelector(selector)?.getBoundingClientRect() ?? new DOMRect();
          return [x, y, wide, height];
        });
      }, role);
    expect(await places("pre-candidate")).toEqual(await places("leader"));
    const [table, room] = await page.evaluate(() =>
      [".nodes", ".nodes-card .card-head"].map((name) => document.querySelector(name)?.getBoundingClientRect().right),
    );
    expect(table).toBeLessThanOrEqual(room ?? 0);
  });

  test("the lead is handed over from the page, after it has said what that does", async () => {
    const [leader, other] = await leaderAndOther();
    const page = await openAt(leader);
    await page.getByRole("button", { name: `Change ${other.id}` }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("button", { name: `Hand the lead to ${other.id} …` }).click();
    await dialog.getByText(`${leader.id} brings ${other.id} up to date`).waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    await dialog.getByRole("button", { name: `Hand the lead to ${other.id}`, exact: true }).click();
    await dialog.getByText(`Done: Hand the lead to ${other.id}.`).waitFor();
    await has(row(page, other), "leader");
  });

  test("a leader that is killed is shown as down within a second, then another one leads; it comes back", async () => {
    const [leader, other] = await leaderAndOther();
    const page = await openAt(other);
    await has(row(page, leader), "leader");
    const killed = performance.now();
    await leader.kill();
    await row(page, leader).getByText("down", { exact: true }).first().waitFor();
    const noticedMs = performance.now() - killed;
    console.log(`the page showed the killed leader as down after ${noticedMs.toFixed(0)} ms`);
    expect(noticedMs).toBeLessThan(NOTICE_MS);
    const next = await cluster.leader();
    await has(row(page, next), "leader");
    await page.locator(".ring-node.appears-down").waitFor();
    await leader.start();
    await has(row(page, leader), "follower");
  });

  test("a member that appears after the page was loaded is said to be out of its reach, until it is loaded again", async () => {
    const [leader, other] = await leaderAndOther();
    const absent = cluster.nodes.filter((node) => node !== other);
    await Promise.all(cluster.nodes.map((node) => node.kill()));
    await other.start();
    const page = await open(`${other.place.url}/`, { expected: refused });
    await page.getByText(`Live, from ${other.id}`).waitFor();
    await Promise.all(absent.map((node) => node.start()));
    await page.getByText(new RegExp(`${leader.id}.* was not known yet when this page was loaded`)).waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.reload();
    await page.getByText(`Live, from ${other.id}`).waitFor();
    for (const node of cluster.nodes) await has(row(page, node), "up ");
    expect(await page.getByText("was not known yet").count()).toBe(0);
  });

  test("when the node that served the page dies, another one tells about the cluster", async () => {
    const [leader, other] = await leaderAndOther();
    const page = await openAt(other);
    await other.kill();
    await page.getByText(`${other.id}, which served this page, does not answer.`).waitFor();
    await has(row(page, other), "down");
    await has(row(page, leader), "leader");
    await other.start();
    await has(row(page, other), "follower");
  });
});
