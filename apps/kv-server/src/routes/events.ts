import type { FastifyInstance, FastifyReply } from "fastify";
import { z } from "zod";
import { forwardedHeader } from "../cluster/forwarder.ts";
import { queryOf } from "../http/target.ts";
import { Problem } from "../http/problem.ts";
import { checked } from "../http/validation.ts";
import { EventStream } from "../watch/event-stream.ts";
import { clientUrlHeader, eventsPath } from "../watch/peer-streams.ts";
import type { Origin, Services } from "./services.ts";

const query = z.strictObject({ scope: z.enum(["cluster", "node"], "must be cluster or node").default("cluster") });

/** The stream of what happens: to clients of the whole cluster, to peers of this node alone. */
export function eventRoutes(app: FastifyInstance, { watch, origins }: Services, origin: Origin): void {
  app.get(eventsPath, { exposeHeadRoute: false }, (request, reply) => {
    const { scope } = checked(query, queryOf(request.url), "query");
    const clientUrl = textOf(request.headers[clientUrlHeader]);
    if (origin === "peer" && clientUrl === "") throw new Problem("FORBIDDEN", "this stream is for nodes alone");
    watch.assertRoom(origin);
    if (origin === "peer") origins.learn(textOf(request.headers[forwardedHeader]), clientUrl);
    const token = textOf(request.headers["last-event-id"]);
    reply.hijack();
    const stream = new EventStream(reply.raw, { headers: headersOf(reply) });
    const known = token === "" ? undefined : token;
    if (origin === "peer" || scope === "node") watch.tellNode(stream, known, origin);
    else watch.tellCluster(stream, known);
  });
}

function textOf(value: string | readonly string[] | undefined): string {
  return typeof value === "string" ? value : "";
}

function headersOf(reply: FastifyReply): Record<string, string> {
  return Object.fromEntries(Object.entries(reply.getHeaders()).map(([name, value]) => [name, String(value)]));
}
