import type { Request } from "@quorate/client/protocol";
import type { Member } from "@quorate/raft-core";
import { assertCommand } from "@quorate/statemachine-kv";
import type { KvAnswer, KvResult } from "@quorate/statemachine-kv";
import type { Deadline } from "../cluster/deadline.ts";
import { bytesIn, read } from "../operations/reading.ts";
import { assertValid, madeOfRequest } from "../operations/writing.ts";
import type { Services } from "../routes/services.ts";
import { statusOf } from "../routes/status.ts";
import type { Carrier } from "./carrier.ts";
import type { Performed } from "./performed.ts";

export interface RequestContext {
  readonly services: Services;
  /** Undefined for what a peer has carried here already. */
  readonly carrier: Carrier | undefined;
}

/** Does what was asked, on this node or by way of the leader, as the HTTP routes do. Throws what is wrong with it. */
export function perform(context: RequestContext, request: Request, deadline: Deadline): Promise<Performed> {
  const { services } = context;
  switch (request.type) {
    case "command":
      return write(context, request.command, deadline);
    case "query":
      return read(services, request.query, request.consistency, deadline).then(found);
    case "status":
      return Promise.resolve(performedHere(statusOf(services)));
  }
}

function write({ services, carrier }: RequestContext, command: Uint8Array, deadline: Deadline): Promise<Performed> {
  const { node, writes, valueBytesMax } = services;
  madeOfRequest(() => assertCommand(command, { valueBytesMax }));
  const here = (signal: AbortSignal): Promise<Performed> => node.propose(command, { signal }).then(validHere);
  const carry = carrier && ((leader: Member, until: Deadline) => carrier.send(leader, until, command));
  return writes.perform({ bytes: command.length, perform: here, carry }, deadline);
}

function validHere(result: KvResult): Performed {
  assertValid(result);
  return performedHere(result);
}

function found(answer: KvAnswer): Performed {
  const isOmitted = answer.type === "get" && answer.omittedBytes !== undefined;
  return { ...performedHere(answer), bytes: bytesIn(answer), isOmitted };
}

function performedHere(result: unknown): Performed {
  return { result, appliedIndex: undefined };
}
