import { gzipSync } from "node:zlib";
import { beforeAll, describe, expect, test } from "vitest";
import { builtFiles } from "./built-files.ts";

/** Compressed by gzip, in bytes: all there is. */
const SCRIPT_BYTES_MAX = 72_000;
const STYLE_BYTES_MAX = 8_000;

let files: ReadonlyMap<string, string> = new Map();

const named = (ending: string): readonly string[] =>
  [...files].filter(([name]) => name.endsWith(ending)).map(([, text]) => text);
const packed = (ending: string): number =>
  named(ending).reduce((sum, text) => sum + gzipSync(text, { level: 9 }).length, 0);

describe("what is served of the dashboard", { timeout: 120_000 }, () => {
  beforeAll(async () => {
    files = await builtFiles("packages/dashboard");
  }, 120_000);

  test(`is at most ${SCRIPT_BYTES_MAX / 1000} kB of compressed JavaScript`, () => {
    console.log(`dashboard: ${packed(".js") / 1000} kB of JavaScript, ${packed(".css") / 1000} kB of styles, gzip`);
    expect(packed(".js")).toBeGreaterThan(30_000);
    expect(packed(".js")).toBeLessThanOrEqual(SCRIPT_BYTES_MAX);
    expect(packed(".css")).toBeLessThanOrEqual(STYLE_BYTES_MAX);
  });

  test("is all there at once: the server that would have the rest may be dead by then", () => {
    expect(named(".js")).toHaveLength(1);
    expect(named(".css")).toHaveLength(1);
    for (const code of named(".js")) expect(code).not.toMatch(/\bimport\s*\(/);
    for (const text of named(".css")) expect(text).not.toMatch(/@import|url\(/);
  });

  test("needs nothing of Node", () => {
    for (const code of named(".js")) expect(code).not.toMatch(/["'`]node:|\brequire\(/);
  });

  test("names no other host", () => {
    const hosts = [...files.values()].flatMap((text) =>
      [...text.matchAll(/\bhttps?:\/\/([\w.-]+)/g)].map(([, host]) => host),
    );
    // The names of XML namespaces are fetched by nobody.
    expect(hosts.filter((host) => host !== "www.w3.org")).toEqual([]);
  });

  test("keeps a content security policy without exceptions for scripts and styles", () => {
    const page = files.get("index.html") ?? "";
    expect(page).toMatch(/<script type="module"[^>]* src="\.\/assets\/[\w-]+\.js"/);
    expect(page).not.toMatch(/<script(?![^>]*\bsrc=)|<style|\son\w+=|\sstyle=/);
    for (const code of named(".js")) expect(code).not.toMatch(/\beval\(|setAttribute\(["'`]style["'`]/);
  });
});
