// `npm run pictures`: the pictures of the documents, taken from the playground as it is built now.
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as rest } from "node:timers/promises";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { root } from "../tidy/workspace.ts";
import { TestCluster } from "../../apps/kv-server/test/processes/test-cluster.ts";
import { provideDashboard } from "./support/dashboard.ts";
import { startChromium } from "./support/chromium.ts";
import { servePlayground } from "./support/site.ts";

const folder = join(root, "docs/images");
const desk = { viewport: { width: 1280, height: 800 }, deviceScaleFactor: 1.5 };
const phone = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true };

const BUSY_MS = 8_000;
const PACE_MS = 60;

interface Picture {
  readonly name: string;
  readonly fragment: string;
  readonly options: BrowserContextOptions;
  /** Leads to what is to be seen, and lets time stand still there. */
  readonly prepare: (page: Page) => Promise<void>;
}

const pause = (page: Page): Promise<void> => page.getByRole("button", { name: "Pause", exact: true }).last().click();

async function step(page: Page, times: number): Promise<void> {
  for (let taken = 0; taken < times; taken += 1) await page.keyboard.press(".");
}

/** A cluster at work: one node is cut off, and a new value is on its way to the others. */
async function working(page: Page): Promise<void> {
  await page.locator(".ring-node.appears-leader").waitFor();
  await page.keyboard.press("]");
  await page.keyboard.press("v");
  await page.locator('.log-row:last-child .log-entry[title*="x=1"]').waitFor();
  await page.getByRole("tab", { name: "Cluster", exact: true }).click();
  await page.getByRole("button", { name: "n4 is on this side" }).click();
  await page.getByRole("button", { name: "Cut this side off" }).click();
  await page.locator('.ring-node.appears-pre-candidate[data-node="n4"]').waitFor();
  await page.keyboard.press("v");
  await page.locator('.log-row.appears-leader .log-entry.is-committed[title*="x=2"]').waitFor();
  await pause(page);
  await page.keyboard.press("v");
  const written = page.locator('.log-row.appears-leader .log-entry[title*="x=3"]');
  while ((await written.count()) === 0) await step(page, 1);
  await step(page, 6);
  await page.locator(".ring-node.appears-leader").click();
  await page.getByRole("tab", { name: "Node", exact: true }).click();
  await page.getByText("Why is this entry not committed?").waitFor();
}

async function lesson(page: Page): Promise<void> {
  const next = page.getByRole("button", { name: "Next", exact: true });
  for (let done = 0; done < 4; done += 1) {
    await page.keyboard.press("]");
    await next.click();
  }
  await next.and(page.locator(":enabled")).waitFor();
}

async function broken(page: Page): Promise<void> {
  await page.getByRole("tab", { name: "Break it", exact: true }).click();
  await page.locator('[data-scenario="forgets-vote"]').getByRole("button").first().click();
  await page.getByText("Watch:").waitFor();
  for (let press = 0; press < 8; press += 1) await page.keyboard.press("]");
  await page.getByRole("alert").waitFor();
}

const pictures: readonly Picture[] = [
  { name: "playground-light", fragment: "", options: { ...desk, colorScheme: "light" }, prepare: working },
  { name: "playground-dark", fragment: "", options: { ...desk, colorScheme: "dark" }, prepare: working },
  { name: "lesson", fragment: "#lesson=figure-7", options: { ...desk, colorScheme: "light" }, prepare: lesson },
  { name: "break-it", fragment: "", options: { ...desk, colorScheme: "dark" }, prepare: broken },
  { name: "phone", fragment: "", options: { ...phone, colorScheme: "light" }, prepare: working },
];

async function take(browser: Browser, url: string, { name, fragment, options, prepare }: Picture): Promise<void> {
  const page = await browser.newPage({ locale: "en-GB", ...options });
  await page.goto(url + fragment);
  await prepare(page);
  await save(page, name);
}

async function save(page: Page, name: string): Promise<void> {
  await page.mouse.move(0, 0);
  await page.evaluate(() => scrollTo(0, 0));
  const session = await page.context().newCDPSession(page);
  const { data } = await session.send("Page.captureScreenshot", { format: "webp", quality: 88 });
  const image = Buffer.from(data, "base64");
  await writeFile(join(folder, `${name}.webp`), image);
  console.log(`docs/images/${name}.webp: ${Math.round(image.length / 1000)} kB`);
  await page.context().close();
}

/** Writes now many, now few values for as long as it takes the charts to have something to show. */
async function work(cluster: TestCluster): Promise<void> {
  const end = performance.now() + BUSY_MS;
  for (let count = 0; performance.now() < end; count += 1) {
    const leader = await cluster.leader();
    const width = 1 + Math.round(2 * Math.abs(Math.sin(count / 12)));
    const keys = Array.from({ length: width }, (_, at) => `/v1/kv/k${(count * 7 + at) % 40}`);
    await Promise.all(keys.map((key) => leader.call("PUT", key, { body: `visits: ${count}` })));
    await leader.call("GET", keys[0] ?? "");
    // So few that what one node reports overlaps with what another does.
    await rest(PACE_MS);
  }
}

/** A cluster on this machine, at work, of which a node has just been killed. */
async function takeDashboard(browser: Browser): Promise<void> {
  await provideDashboard();
  await using cluster = await TestCluster.start(3);
  const leader = await cluster.agreedLeader();
  const [other, third] = cluster.nodes.filter((node) => node !== leader);
  if (other === undefined || third === undefined) throw new Error("there are three nodes");
  const page = await browser.newPage({ locale: "en-GB", ...desk, colorScheme: "light" });
  await page.goto(`${other.place.url}/`);
  await work(cluster);
  await third.kill();
  await page.locator(".ring-node.appears-down").waitFor();
  await work(cluster);
  await page.locator(".log-row.appears-leader .log-entry").first().waitFor();
  await save(page, "dashboard");
}

const site = await servePlayground();
const browser = await startChromium();
try {
  await mkdir(folder, { recursive: true });
  const wanted = process.argv.slice(2);
  for (const picture of pictures) {
    if (wanted.length === 0 || wanted.includes(picture.name)) await take(browser, site.url, picture);
  }
  if (wanted.length === 0 || wanted.includes("dashboard")) await takeDashboard(browser);
} finally {
  await browser.close();
  await site.close();
}
