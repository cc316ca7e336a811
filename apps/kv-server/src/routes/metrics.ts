import type { FastifyInstance } from "fastify";
import { send } from "../http/send.ts";
import type { Services } from "./services.ts";

/** For Prometheus, and whoever else reads its text format. */
export function metricsRoutes(app: FastifyInstance, { metrics }: Pick<Services, "metrics">): void {
  const headers = { "content-type": "text/plain; version=0.0.4; charset=utf-8" };
  app.get("/metrics", (_request, reply) => send(reply, { status: 200, headers, body: metrics() }));
}
