import { PROTOCOL_PATH } from "@quorate/client/protocol";
import type { FastifyInstance } from "fastify";
import { Problem } from "../http/problem.ts";

/** Where only WebSockets are served, which come in beside the routes. */
export function webSocketRoutes(app: FastifyInstance): void {
  app.get(PROTOCOL_PATH, { exposeHeadRoute: false }, () => {
    throw new Problem("BAD_REQUEST", "this is for WebSockets: use @quorate/client, or the other resources");
  });
}
