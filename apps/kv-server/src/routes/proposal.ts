import type { KvResult } from "@quorate/statemachine-kv";
import type { FastifyRequest } from "fastify";
import type { Answer } from "../http/answer.ts";
import { carrierOf, deadlineOf } from "./services.ts";
import type { Origin, Services } from "./services.ts";

interface Proposal {
  readonly command: Uint8Array;
  readonly request: FastifyRequest;
  /** What is answered once the command is applied. */
  readonly answer: (result: KvResult) => Answer;
}

/** Has commands of the key-value store applied, by whichever node leads. */
export function proposer(services: Services, origin: Origin): (asked: Proposal) => Promise<Answer> {
  const { node, writes } = services;
  return ({ command, request, answer }) => {
    const perform = async (signal: AbortSignal): Promise<Answer> => answer(await node.propose(command, { signal }));
    const write = { bytes: command.length, perform, carry: carrierOf(origin, request, services) };
    return writes.perform(write, deadlineOf(request, services, origin));
  };
}
