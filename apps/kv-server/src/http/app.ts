import type { Server } from "node:http";
import type { Logger } from "@quorate/raft-core";
import Fastify from "fastify";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { appliedHeader, clusterHeader, forwardedHeader } from "../cluster/forwarder.ts";
import { foundingOf, grievanceOf } from "../cluster/standing.ts";
import { clusterReadRoutes, clusterWriteRoutes } from "../routes/cluster.ts";
import { eventRoutes } from "../routes/events.ts";
import { healthRoutes } from "../routes/health.ts";
import { kvReadRoutes, kvWriteRoutes } from "../routes/kv.ts";
import { pageRoutes } from "../routes/page.ts";
import type { Origin, Services } from "../routes/services.ts";
import { statusRoutes } from "../routes/status.ts";
import { txnRoutes } from "../routes/txn.ts";
import { Admission } from "./admission.ts";
import { refuse } from "./listener.ts";
import { guardAgainstPages } from "./pages.ts";
import { Problem, problemOf } from "./problem.ts";
import { send } from "./send.ts";

export interface AppOptions {
  readonly origin: Origin;
  /** Whose requests the app answers. Listening, and closing, is its owner's business. */
  readonly server: Server;
  readonly services: Services;
  readonly logger: Logger;
}

const bytes = "application/octet-stream";

/** The HTTP interface. For peers it has only what the leader alone can do, and only for who declares to be of this cluster. */
export async function openApp({ origin, server, services, logger }: AppOptions): Promise<FastifyInstance> {
  const app = Fastify({
    serverFactory: (handler) => server.on("request", handler),
    routerOptions: { maxParamLength: 64 * 1024, querystringParser: () => ({}) },
    bodyLimit: services.valueBytesMax,
    return503OnClosing: false,
    clientErrorHandler: refuse,
    frameworkErrors: (error, request, reply) => void send(reply, explain(error, request).toAnswer()),
  });
  const admission = new Admission();
  const explain = (error: unknown, request: FastifyRequest): Problem => {
    const problem = blamedOnNode(foreseen(error, app.initialConfig.bodyLimit) ?? problemOf(error), services);
    if (problem.code === "INTERNAL")
      logger.error("a request failed", { method: request.method, url: request.url, error });
    return problem;
  };
  // Bodies are bytes, whatever type is declared; the routes know what to make of them.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(bytes, { parseAs: "buffer" }, (_request, body, done) => done(null, body));
  app.setErrorHandler((error, request, reply) => send(reply, explain(error, request).toAnswer()));
  app.setNotFoundHandler((request, reply) => send(reply, nothingHere(request, origin).toAnswer()));
  app.addHook("onRequest", async (request, reply) => {
    admission.enter(request.raw.socket, reply.raw);
    request.raw.headers["content-type"] = bytes;
    reply.header(clusterHeader, services.clusterId);
    if (origin === "peer") assertPeer(request, services);
  });
  app.addHook("onSend", async (_request, reply, payload) => {
    if (!reply.hasHeader(appliedHeader)) reply.header(appliedHeader, services.node.status().appliedIndex);
    if (payload instanceof Uint8Array) admission.answer(payload.length, reply.raw);
  });
  if (origin === "client") guardAgainstPages(app, services.pages);
  kvWriteRoutes(app, services, origin);
  txnRoutes(app, services, origin);
  clusterWriteRoutes(app, services, origin);
  eventRoutes(app, services, origin);
  if (origin === "client") {
    kvReadRoutes(app, services);
    clusterReadRoutes(app, services);
    statusRoutes(app, services);
    healthRoutes(app, services);
    pageRoutes(app, services, (request) => nothingHere(request, origin));
  }
  await app.ready();
  return app;
}

function assertPeer(request: FastifyRequest, { clusterId, peerGuard }: Services): void {
  // Nodes are no browsers; a page could learn the rest, if its own name were resolved to this machine.
  if (request.headers.origin !== undefined) throw new Problem("FORBIDDEN", "this port is for peers, not for pages");
  const claimed = request.headers[forwardedHeader];
  if (claimed === undefined) {
    throw new Problem("NOT_FOUND", "this is the port for peers; clients have one of their own");
  }
  const sender = peerGuard?.senderOn(request.raw.socket);
  if (sender === undefined ? peerGuard?.isProtected === true : sender !== claimed) {
    throw new Problem("NOT_A_PEER", `nobody has proved to be node ${String(claimed)} on this connection`);
  }
  const theirs = request.headers[clusterHeader];
  if (theirs !== clusterId) {
    throw new Problem("WRONG_CLUSTER", `this node is of cluster ${clusterId}, the request of ${String(theirs)}`);
  }
}

/** Where a node has no leader because of its own place in the cluster, or because there is no cluster yet, that is said. */
function blamedOnNode(problem: Problem, { node, obstacle }: Pick<Services, "node" | "obstacle">): Problem {
  if (problem.code !== "NO_LEADER") return problem;
  const status = node.status();
  const grievance = grievanceOf(status);
  const { leader } = problem;
  if (grievance !== undefined) return new Problem("NOT_A_MEMBER", grievance.detail, { leader, cause: problem });
  // Who knows of a leader, but not how to reach it, has said so.
  if (status.leader !== undefined) return problem;
  const details = [foundingOf(status) ?? problem.message, obstacle()].filter(Boolean);
  return new Problem("NO_LEADER", details.join("; "), { leader, cause: problem });
}

/** What the framework refuses by itself, with a code of its own. */
function foreseen(error: unknown, bodyLimit: number | undefined): Problem | undefined {
  if (!(error instanceof Error) || !("code" in error) || typeof error.code !== "string") return undefined;
  // There is nobody left to read the answer; but it is no failure of the server's.
  if (error.code === "ECONNRESET") return new Problem("BAD_REQUEST", "the request broke off", { cause: error });
  if (error.code === "FST_ERR_CTP_BODY_TOO_LARGE") {
    return new Problem("TOO_LARGE", `the body is too large; a value may have ${bodyLimit} bytes`, { cause: error });
  }
  if (!error.code.startsWith("FST_ERR_") || !("statusCode" in error) || Number(error.statusCode) >= 500) {
    return undefined;
  }
  return new Problem("BAD_REQUEST", error.message, { cause: error });
}

const routes: readonly { readonly path: RegExp; readonly methods: string }[] = [
  { path: /^\/v1\/kv$/, methods: "GET, HEAD" },
  { path: /^\/v1\/kv\//, methods: "GET, HEAD, PUT, DELETE" },
  { path: /^\/v1\/txn$/, methods: "POST" },
  { path: /^\/v1\/cluster\/members$/, methods: "GET, HEAD, POST" },
  { path: /^\/v1\/cluster\/members\/[^/]+$/, methods: "DELETE" },
  { path: /^\/v1\/cluster\/members\/[^/]+\/(promote|demote)$/, methods: "POST" },
  { path: /^\/v1\/cluster\/members\/[^/]+\/address$/, methods: "PUT" },
  { path: /^\/v1\/cluster\/transfer$/, methods: "POST" },
  { path: /^\/v1\/events$/, methods: "GET" },
  { path: /^\/(v1\/status|livez|readyz)?$/, methods: "GET, HEAD" },
];

function nothingHere(request: FastifyRequest, origin: Origin): Problem {
  const path = request.url.split("?", 1)[0] ?? "";
  const route = origin === "client" ? routes.find((candidate) => candidate.path.test(path)) : undefined;
  if (route === undefined)
    return new Problem("NOT_FOUND", "there is no such resource; see the README for those there are");
  return new Problem("METHOD_NOT_ALLOWED", `${request.method} is not among ${route.methods}`, {
    headers: { allow: route.methods },
  });
}
