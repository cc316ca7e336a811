import { createServer } from "node:http";
import { mkdtemp, rm } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build, preview } from "vite";
import { root } from "../../tidy/workspace.ts";
import { inProduction } from "./production.ts";

export interface Site {
  /** Ends with a slash. */
  readonly url: string;
  readonly close: () => Promise<void>;
}

/** The playground as it is published: built, and served as plain files. */
export async function servePlayground(): Promise<Site> {
  const configFile = join(root, "apps/playground/vite.config.ts");
  const outDir = await mkdtemp(join(tmpdir(), "quorate-site-"));
  await inProduction(() => build({ configFile, logLevel: "error", build: { outDir } }));
  const options = { host: "127.0.0.1", port: 0 };
  const server = await preview({ configFile, logLevel: "error", build: { outDir }, preview: options });
  const [url] = server.resolvedUrls?.local ?? [];
  if (url === undefined) throw new Error("the preview of the playground has no address");
  const close = async (): Promise<void> => {
    await server.close();
    await rm(outDir, { recursive: true, force: true });
  };
  return { url, close };
}

/** One page of somebody else's. */
export async function serveForeignPage(html: string): Promise<Site> {
  const server = createServer((_request, response) => {
    response.writeHead(200, { "content-type": "text/html; charset=utf-8" }).end(html);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const close = async (): Promise<void> => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return { url: `http://127.0.0.1:${port}/`, close };
}
