import { Script } from "node:vm";
import { gzipSync } from "node:zlib";
import { beforeAll, describe, expect, test } from "vitest";
import { catalog } from "../../apps/playground/src/lessons/catalog.ts";
import { builtFiles } from "./built-files.ts";

/** Compressed by gzip, in bytes: what is fetched before anybody has touched anything. */
const FIRST_LOAD_MAX = 80_000;

let files: ReadonlyMap<string, string> = new Map();

/** The files that the page names, and those that these import, at once and not on demand. */
function firstLoad(): readonly string[] {
  const found = new Set<string>();
  const visit = (file: string): void => {
    if (found.has(file)) return;
    found.add(file);
    const code = files.get(file) ?? "";
    for (const [, name] of code.matchAll(/(?:\bfrom|\bimport)\s*["']\.\/([\w.-]+\.js)["']/g)) visit(`assets/${name}`);
  };
  for (const [, name = ""] of (files.get("index.html") ?? "").matchAll(/(?:src|href)="\.\/([^"]+\.js)"/g)) visit(name);
  return [...found];
}

const scripts = (): readonly (readonly [string, string])[] => [...files].filter(([name]) => name.endsWith(".js"));

describe("what is served of the playground", { timeout: 120_000 }, () => {
  beforeAll(async () => {
    files = await builtFiles("apps/playground");
  }, 120_000);

  test(`loads at most ${FIRST_LOAD_MAX / 1000} kB of compressed JavaScript for the first picture`, () => {
    const names = firstLoad();
    const bytes = names.reduce((sum, name) => sum + gzipSync(files.get(name) ?? "", { level: 9 }).length, 0);
    console.log(`first load: ${(bytes / 1000).toFixed(1)} kB of JavaScript, gzip, in ${names.length} file(s)`);
    expect(names.length).toBeGreaterThan(0);
    expect(bytes).toBeGreaterThan(30_000);
    expect(bytes).toBeLessThanOrEqual(FIRST_LOAD_MAX);
  });

  test("keeps for later what is not in the first picture: every lesson, the checker, traces, Chinese", () => {
    const first = firstLoad()
      .map((name) => files.get(name))
      .join("");
    const later = scripts().filter(([name]) => !firstLoad().includes(name));
    for (const { id } of catalog) {
      expect(later.filter(([name]) => name.startsWith(`assets/${id}-`))).toHaveLength(1);
    }
    expect(first).not.toMatch(/\p{Script=Han}{6}/u);
    for (const part of ["check-history", "trace-scene", "share", "help", "break-panel", "node-panel"]) {
      expect(later.filter(([name]) => name.startsWith(`assets/${part}-`))).toHaveLength(1);
    }
  });

  test("never waits at the top level, where what is fetched later would wait for it in turn", () => {
    const first = firstLoad().map((name) => files.get(name) ?? "");
    // A module that awaits at its top level is no script: only there is it a syntax error.
    for (const code of first) {
      const body = code.replaceAll(/\bexport\s*\{[^}]*\};?/g, "").replaceAll("import.meta", "({})");
      expect(() => new Script(body)).not.toThrow();
    }
    expect(() => new Script("await 1")).toThrow(SyntaxError);
  });

  test("needs nothing of Node", () => {
    for (const [, code] of scripts()) expect(code).not.toMatch(/["'`]node:|\brequire\(/);
  });

  test("names no other host", () => {
    const hosts = [...files]
      .filter(([name]) => !name.endsWith(".map"))
      .flatMap(([, text]) => [...text.matchAll(/\bhttps?:\/\/([\w.-]+)/g)].map(([, host]) => host));
    // The names of XML namespaces and the address that zod's patterns are made of are fetched by nobody.
    expect(hosts.filter((host) => host !== "www.w3.org")).toEqual([]);
  });

  test("has a strict content security policy and keeps it", () => {
    const page = files.get("index.html") ?? "";
    const [, policy = ""] = /http-equiv="Content-Security-Policy"\s+content="([^"]+)"/.exec(page) ?? [];
    expect(policy).toContain("default-src 'self'");
    expect(policy).not.toMatch(/unsafe|\*|https?:/);
    expect(page).not.toMatch(/<script(?![^>]*\bsrc=)|<style|\son\w+=|\sstyle=/);
    for (const [, code] of scripts()) expect(code).not.toMatch(/\beval\(|setAttribute\(["'`]style["'`]/);
  });

  test("is an element of other pages by one small file", () => {
    const embed = files.get("embed.js") ?? "";
    expect(embed).toContain("quorate-playground");
    expect(gzipSync(embed).length).toBeLessThan(2_000);
    expect(embed).not.toMatch(/\bimport\b(?!\.meta)/);
  });
});
