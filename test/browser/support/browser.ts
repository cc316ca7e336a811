import { type Browser, type BrowserContextOptions, type Page, chromium } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect } from "vitest";
import { chromiumIsMissing, findChromium } from "../../../scripts/chromium.mjs";

const executablePath = findChromium();
if (executablePath === undefined) console.log(`the tests in a browser are skipped: ${chromiumIsMissing}`);

/** Works as root and in a container, and lets the browser talk to nobody. */
const args = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** Far more than anything here takes: machines that test are slow, and busy. */
export const patienceMs = 60_000;

export interface Pages {
  /** A page of a fresh profile; 1280×800, English, light and with motion unless it is said otherwise. */
  readonly open: (url: string, options?: BrowserContextOptions) => Promise<Page>;
}

/** Tests in one Chromium, which its file has to itself. What a page complains about fails the test that opened it. */
export function describeInBrowser(name: string, body: (pages: Pages) => void): void {
  describe.runIf(executablePath !== undefined)(name, { timeout: 4 * patienceMs }, () => {
    let browser: Browser | undefined;
    let complaints: string[] = [];
    beforeAll(async () => void (browser = await startChromium()), patienceMs);
    afterAll(() => browser?.close());
    afterEach(async () => {
      const said = complaints;
      complaints = [];
      await Promise.all((browser?.contexts() ?? []).map((context) => context.close()));
      expect(said).toEqual([]);
    });
    const open: Pages["open"] = async (url, options = {}) => {
      if (browser === undefined) throw new Error("Chromium does not run");
      const context = await browser.newContext({
        viewport: { width: 1280, height: 800 },
        locale: "en-GB",
        colorScheme: "light",
        reducedMotion: "no-preference",
        permissions: ["clipboard-read", "clipboard-write"],
        ...options,
      });
      context.setDefaultTimeout(patienceMs);
      const page = await context.newPage();
      watch(page, complaints);
      await page.goto(url);
      return page;
    };
    body({ open });
  });
}

/** For scripts that look at pages outside of tests. */
export function startChromium(): Promise<Browser> {
  if (executablePath === undefined) throw new Error(chromiumIsMissing);
  return chromium.launch({ executablePath, args });
}

/** Errors and warnings, among them violations of the content security policy; failed requests, and those of other hosts. */
function watch(page: Page, complaints: string[]): void {
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(error.stack ?? error.message));
  page.on("response", (response) => {
    if (response.status() >= 400) complaints.push(`${response.status()} ${response.url()}`);
  });
  page.on("request", (request) => {
    const { protocol, hostname } = new URL(request.url());
    const isOurs = hostname === "127.0.0.1" || protocol === "blob:" || protocol === "data:";
    if (!isOurs) complaints.push(`asked another host: ${request.url()}`);
  });
}
