import type { IncomingHttpHeaders } from "node:http";
import { isIP } from "node:net";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { isLoopback } from "../endpoint.ts";
import { eventsPath } from "../watch/peer-streams.ts";
import { Problem } from "./problem.ts";

/** What web pages may do with this server. */
export interface PageRules {
  /** Whether a page of that origin was served by a node of this cluster. */
  readonly isKnown: (origin: string) => boolean;
  /** Where clients reach this node. */
  readonly clientUrl: () => string;
  /** Whether such a page may change the members and hand over the lead. */
  readonly actions: boolean;
  /** Whether only this machine reaches the port. */
  readonly onLoopback: boolean;
}

const reads = new Set(["GET", "HEAD", "OPTIONS"]);
const exposed = "etag, retry-after, x-quorate-revision, x-quorate-applied-index, x-quorate-cluster";

/**
 * Browsers run pages of anybody's on the machine of somebody who reaches this server. Those of other origins may change
 * nothing, those of this cluster's nodes may read from one another, and under a foreign name nobody is served: a page may
 * have had its own name resolved to this machine.
 */
export function guardAgainstPages(app: FastifyInstance, rules: PageRules): void {
  app.addHook("onRequest", async (request, reply) => {
    assertKnownName(request.headers.host, rules);
    const { origin } = request.headers;
    if (!reads.has(request.method)) {
      assertMayWrite(request.headers, rules);
      assertMayAct(request, rules);
    }
    const isKnown = origin === undefined ? !isOfOtherSite(request.headers) : rules.isKnown(origin);
    // It could not read the stream, but keep it open. By the route: a path can be written in more than one way.
    if (!isKnown && request.routeOptions.url === eventsPath) {
      const page = `a page of ${origin ?? "another site"}`;
      throw new Problem("FORBIDDEN", `${page} may not listen here, only one of this cluster's nodes`);
    }
    if (origin !== undefined && isKnown && isShared(request, rules)) share(reply, origin);
  });
  app.options("/v1/cluster/*", (request, reply) => {
    const { origin = "" } = request.headers;
    if (!rules.actions || !rules.isKnown(origin)) {
      throw new Problem("FORBIDDEN", "this is for pages of this cluster's nodes, with --dashboard-actions");
    }
    const allowed = { "allow-methods": "POST, PUT, DELETE", "allow-headers": "content-type", "max-age": "600" };
    for (const [name, value] of Object.entries(allowed)) reply.header(`access-control-${name}`, value);
    return reply.code(204).send();
  });
}

/** A connection on which values are written: who makes it must be one who may. The cluster cannot be changed on it. */
export function assertMayConnect(headers: IncomingHttpHeaders, rules: PageRules): void {
  assertKnownName(headers.host, rules);
  assertMayWrite(headers, rules);
}

function assertKnownName(host: string | undefined, rules: PageRules): void {
  if (!rules.onLoopback || host === undefined || host === "") return;
  const name = URL.canParse(`http://${host}`) ? new URL(`http://${host}`).hostname : host;
  const isAddress = isIP(name.replace(/^\[(.*)\]$/, "$1")) !== 0;
  if (isLoopback(name) || isAddress || name === new URL(rules.clientUrl()).hostname) return;
  throw new Problem(
    "FORBIDDEN",
    `the request is for ${name}, but this port serves this machine alone: if clients reach it by that name, start the ` +
      `server with --client-url`,
  );
}

/** A browser says where a page comes from whenever that page changes something; other clients say nothing. */
function assertMayWrite(headers: IncomingHttpHeaders, rules: PageRules): void {
  const { origin } = headers;
  if (origin === undefined) {
    if (!isOfOtherSite(headers)) return;
    throw new Problem("FORBIDDEN", "a page of another site may change nothing here");
  }
  if (!rules.isKnown(origin)) {
    const where = `a page of ${origin} may change nothing here, only one of this cluster's nodes`;
    throw new Problem("FORBIDDEN", `${where}: of this one that is ${rules.clientUrl()} (see --client-url)`);
  }
}

function assertMayAct({ headers, routeOptions }: FastifyRequest, rules: PageRules): void {
  if (headers.origin === undefined || rules.actions) return;
  if (routeOptions.url?.startsWith("/v1/cluster/") === true) {
    throw new Problem(
      "FORBIDDEN",
      "a page may not change the cluster: start the server with --dashboard-actions, or use curl",
    );
  }
}

/** What a browser says of requests for which it names no origin: images, frames, and what scripts may not read. */
function isOfOtherSite(headers: IncomingHttpHeaders): boolean {
  const site = headers["sec-fetch-site"];
  return site !== undefined && site !== "same-origin" && site !== "none";
}

/** What the page of one node needs of the others. */
function isShared({ method, url }: FastifyRequest, { actions }: PageRules): boolean {
  const path = url.split("?", 1)[0] ?? "";
  if (path.startsWith("/v1/cluster/") && (actions || method === "GET")) return true;
  return method === "GET" && /^\/v1\/(?:events|status|kv(?:\/.*)?)$/.test(path);
}

function share(reply: FastifyReply, origin: string): void {
  reply.header("access-control-allow-origin", origin).header("access-control-expose-headers", exposed);
  reply.header("vary", "origin");
}
