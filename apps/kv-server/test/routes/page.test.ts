import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { builtPage } from "@quorate/dashboard/files";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { call, problemIn } from "../http/client.ts";
import { openFakeServer } from "../http/fake-node.ts";
import { fakeCluster } from "../watch/fake-cluster.ts";

describe("the dashboard at /", () => {
  let site: string;
  beforeAll(async () => {
    site = await mkdtemp(join(tmpdir(), "quorate-site-"));
  });
  afterAll(() => rm(site, { recursive: true }));
  const page = { builtPage: () => builtPage(site) };

  test("is served as soon as it is built, and before that it is said how to build it", async () => {
    await using server = await openFakeServer(page);
    const missing = problemIn(await call(server.origin, "GET", "/"));
    expect(missing).toMatchObject({ status: 404, code: "NOT_FOUND" });
    expect(missing.detail).toContain("npm run build");

    await mkdir(join(site, "assets"));
    await writeFile(join(site, "index.html"), "<!doctype html>");
    await writeFile(join(site, "assets/index-1.js"), "1");
    await writeFile(join(site, "secret.pem"), "no file of a page");
    const html = await call(server.origin, "GET", "/?lang=zh");
    expect([html.status, html.text]).toEqual([200, "<!doctype html>"]);
    expect(html.headers).toMatchObject({
      "content-type": "text/html; charset=utf-8",
      "cache-control": "no-cache",
      "x-content-type-options": "nosniff",
    });
    const script = await call(server.origin, "GET", "/assets/index-1.js");
    expect([script.text, script.headers["content-type"]]).toEqual(["1", "text/javascript; charset=utf-8"]);
    expect(script.headers["cache-control"]).toContain("immutable");
    expect((await call(server.origin, "HEAD", "/")).headers["content-security-policy"]).toContain("default-src 'self'");
  });

  test("is nothing but its files, and the other answers are as they were", async () => {
    await using server = await openFakeServer(page);
    for (const path of ["/secret.pem", "/assets/../secret.pem", "/assets/%2e%2e/secret.pem", "/none", "/v1/none"]) {
      expect([path, problemIn(await call(server.origin, "GET", path)).code]).toEqual([path, "NOT_FOUND"]);
    }
    const txn = await call(server.origin, "GET", "/v1/txn");
    expect([txn.status, txn.headers["allow"]]).toEqual([405, "POST"]);
    expect((await call(server.origin, "POST", "/")).status).toBe(405);
  });

  test("may connect to the nodes that have said where they are, without waiting long for the others", async () => {
    const others = [
      { id: "n2", address: "" },
      { id: "n3", address: "127.0.0.1:1" },
    ];
    const cluster = fakeCluster({ others });
    cluster.origins.learn("n2", "http://n2.example:8001");
    await using server = await openFakeServer({ ...page, cluster });
    const { headers } = await call(server.origin, "GET", "/");
    expect(headers["content-security-policy"]).toContain("connect-src 'self' http://n2.example:8001;");
    expect(cluster.wanted()).toBe(0);
  });
});
