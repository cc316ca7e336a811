import type { FastifyReply } from "fastify";
import type { Answer } from "./answer.ts";

export function send(reply: FastifyReply, answer: Answer): FastifyReply {
  // As bytes: to text the framework would add a charset, which these types do not have.
  const body = typeof answer.body === "string" ? Buffer.from(answer.body) : answer.body;
  return reply
    .code(answer.status)
    .headers({ ...answer.headers })
    .send(body);
}
