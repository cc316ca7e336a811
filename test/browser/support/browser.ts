import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect } from "vitest";
import { chromiumIsMissing, findChromium } from "../../../scripts/chromium.mjs";
import { startChromium } from "./chromium.ts";

const isMissing = findChromium() === undefined;
if (isMissing) console.log(`the tests in a browser are skipped: ${chromiumIsMissing}`);

/** Far more than anything here takes: machines that test are slow, and busy. */
export const patienceMs = 60_000;

export interface Pages {
  /** A page of a fresh profile; 1280×800, English, light and with motion unless it is said otherwise. */
  readonly open: (url: string, options?: BrowserContextOptions & Expectation) => Promise<Page>;
}

export interface Expectation {
  /** What Chromium says of it when the test takes a server away; anything else is a complaint. */
  readonly expected?: RegExp;
}

/** Tests in one Chromium, which its file has to itself. What a page complains about fails the test that opened it. */
export function describeInBrowser(name: string, body: (pages: Pages) => void): void {
  describe.runIf(!isMissing)(name, { timeout: 4 * patienceMs }, () => {
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
    const open: Pages["open"] = async (url, { expected, ...options } = {}) => {
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
      watch(page, (complaint) => expected?.test(complaint) !== true && complaints.push(complaint));
      await page.goto(url);
      return page;
    };
    body({ open });
  });
}

/** Errors and warnings, among them violations of the content security policy; failed requests, and those of other hosts. */
function watch(page: Page, complain: (complaint: string) => unknown): void {
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") complain(message.text());
  });
  page.on("pageerror", (error) => complain(error.stack ?? error.message));
  page.on("response", (response) => {
    if (response.status() >= 400) complain(`${response.status()} ${response.url()}`);
  });
  page.on("request", (request) => {
    const { protocol, hostname } = new URL(request.url());
    const isOurs = hostname === "127.0.0.1" || protocol === "blob:" || protocol === "data:";
    if (!isOurs) complain(`asked another host: ${request.url()}`);
  });
}
