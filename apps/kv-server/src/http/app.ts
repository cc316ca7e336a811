import type { Server } from "node:http";
import type { Logger } from "@quorate/raft-core";
import Fastify from "fastify";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { appliedHeader, clusterHeader } from "../cluster/forwarder.ts";
import { clusterReadRoutes, clusterWriteRoutes } from "../routes/cluster.ts";
import { eventRoutes } from "../routes/events.ts";
import { healthRoutes } from "../routes/health.ts";
import { kvReadRoutes, kvWriteRoutes } from "../routes/kv.ts";
import { metricsRoutes } from "../routes/metrics.ts";
import { pageRoutes } from "../routes/page.ts";
import type { Origin, Services } from "../routes/services.ts";
import { statusRoutes } from "../routes/status.ts";
import { txnRoutes } from "../routes/txn.ts";
import { webSocketRoutes } from "../routes/web-socket.ts";
import type { Admission } from "./admission.ts";
import { blamedOnNode } from "./blame.ts";
import { refuse } from "./listener.ts";
import { guardAgainstPages } from "./pages.ts";
import { assertPeer } from "./peers.ts";
import { Problem, problemOf } from "./problem.ts";
import { send } from "./send.ts";

export interface AppOptions {
  readonly origin: Origin;
  /** Whose requests the app answers. Listening, and closing, is its owner's business. */
  readonly server: Server;
  readonly services: Services;
  readonly logger: Logger;
  /** Of everything that comes in on the server's port. */
  readonly admission: Admission;
}

const bytes = "application/octet-stream";

/** The HTTP interface. For peers it has only what the leader alone can do, and only for who declares to be of this cluster. */
export async function openApp({ origin, server, services, logger, admission }: AppOptions): Promise<FastifyInstance> {
  const app = Fastify({
    serverFactory: (handler) => server.on("request", handler),
    routerOptions: { maxParamLength: 64 * 1024, querystringParser: () => ({}) },
    bodyLimit: services.valueBytesMax,
    return503OnClosing: false,
    clientErrorHandler: refuse,
    frameworkErrors: (error, request, reply) => void send(reply, explain(error, request).toAnswer()),
  });
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
    if (origin === "peer") assertPeer(request.raw, services);
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
    webSocketRoutes(app);
    healthRoutes(app, services);
    metricsRoutes(app, services);
    pageRoutes(app, services, (request) => nothingHere(request, origin));
  }
  await app.ready();
  return app;
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
  { path: /^\/v1\/(events|ws)$/, methods: "GET" },
  { path: /^\/(v1\/status|livez|readyz|metrics)?$/, methods: "GET, HEAD" },
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
