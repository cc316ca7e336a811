import { readFile } from "node:fs/promises";
import type { BuiltPage, PageFile } from "@quorate/dashboard/files";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { Problem } from "../http/problem.ts";
import { send } from "../http/send.ts";
import type { Services } from "./services.ts";

/** For how long the page waits until it is known where the other nodes' streams are. */
const meetTimeoutMs = 500;

const always: Readonly<Record<string, string>> = {
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cross-origin-resource-policy": "same-origin",
};

/** The dashboard: the files of the page. `otherwise` says what is wrong with a path that is none of them. */
export function pageRoutes(
  app: FastifyInstance,
  services: Services,
  otherwise: (request: FastifyRequest) => Problem,
): void {
  let page: BuiltPage | undefined;
  app.get("/*", async (request, reply) => {
    const path = request.url.split("?", 1)[0] ?? "";
    page ??= await services.builtPage();
    const file = page?.files.get(path);
    if (page === undefined && path === "/") throw notBuilt();
    if (page === undefined || file === undefined) throw otherwise(request);
    if (path === "/") {
      // Its connections are limited to those that stand in this header.
      await services.watch.meet(meetTimeoutMs);
      reply.header("content-security-policy", page.contentSecurityPolicy(services.origins.others));
    }
    const headers = {
      ...always,
      "content-type": file.mediaType,
      "cache-control": file.isImmutable ? "public, max-age=31536000, immutable" : "no-cache",
    };
    const body = await contentOf(file).catch((error: unknown) => {
      page = undefined;
      throw error;
    });
    return send(reply, { status: 200, headers, body });
  });
}

function notBuilt(): Problem {
  const remedy = "run `npm run build` in packages/dashboard (`npm start` does), then load this again";
  return new Problem("NOT_FOUND", `the dashboard has not been built: ${remedy}`);
}

async function contentOf({ path }: PageFile): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (error) {
    throw new Problem("NOT_FOUND", "the dashboard has just been built anew: load it again", { cause: error });
  }
}
