import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { builtPage } from "../../src/files/index.ts";

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "quorate-page-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test("nothing built is no page", async () => {
  expect(await builtPage(folder)).toBeUndefined();
  expect(await builtPage(join(folder, "nowhere"))).toBeUndefined();
});

test("each file has its path, its media type, and whether it ever changes", async () => {
  mkdirSync(join(folder, "assets"));
  for (const name of ["index.html", "favicon.svg", "assets/index-1a.js", "assets/index-1a.css", "assets/notes.txt"]) {
    writeFileSync(join(folder, name), "");
  }
  const page = await builtPage(folder);
  expect(Object.fromEntries(page?.files ?? [])).toEqual({
    "/": { path: join(folder, "index.html"), mediaType: "text/html; charset=utf-8", isImmutable: false },
    "/favicon.svg": { path: join(folder, "favicon.svg"), mediaType: "image/svg+xml", isImmutable: false },
    "/assets/index-1a.js": {
      path: join(folder, "assets/index-1a.js"),
      mediaType: "text/javascript; charset=utf-8",
      isImmutable: true,
    },
    "/assets/index-1a.css": {
      path: join(folder, "assets/index-1a.css"),
      mediaType: "text/css; charset=utf-8",
      isImmutable: true,
    },
  });
});

test("the policy allows the page itself, and connections to the members", async () => {
  writeFileSync(join(folder, "index.html"), "");
  const policy = (await builtPage(folder))?.contentSecurityPolicy(["http://a:1", "http://b:2"]) ?? "";
  expect(policy.split("; ")).toContain("default-src 'self'");
  expect(policy.split("; ")).toContain("connect-src 'self' http://a:1 http://b:2");
  expect(policy.split("; ")).toContain("frame-ancestors 'none'");
  expect(policy).not.toMatch(/unsafe|\*/);
});
