import type { MembershipChange } from "@quorate/raft-core";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { z } from "zod";
import { changeMembers } from "../cluster/member-change.ts";
import { memberAddress, nodeId } from "../config/members.ts";
import { json } from "../http/answer.ts";
import type { Answer } from "../http/answer.ts";
import { send } from "../http/send.ts";
import { queryOf } from "../http/target.ts";
import { checked } from "../http/validation.ts";
import { read } from "../operations/reading.ts";
import { consistencyFields, consistencyOf } from "./consistency.ts";
import { clusterJson } from "./json.ts";
import { bodyOf, carrierOf, deadlineOf, jsonOf } from "./services.ts";
import type { Origin, Services } from "./services.ts";

const newMember = z.strictObject({ id: nodeId, address: memberAddress, learner: z.boolean().optional() });
const newAddress = z.strictObject({ address: memberAddress });
const transfer = z.strictObject({ to: nodeId.optional() });
const params = z.object({ id: nodeId });
const noQuery = z.strictObject({});
const listQuery = z.strictObject(consistencyFields);

const bodyLimit = 64 * 1024;

/** Who belongs to the cluster, and who leads: changed by the leader, to which a peer may have carried the request. */
export function clusterWriteRoutes(app: FastifyInstance, services: Services, origin: Origin): void {
  const { node } = services;
  const perform = (request: FastifyRequest, act: (signal: AbortSignal) => Promise<Answer>): Promise<Answer> => {
    checked(noQuery, queryOf(request.url), "query");
    const write = { bytes: bodyOf(request).length, perform: act, carry: carrierOf(origin, request, services) };
    return services.writes.perform(write, deadlineOf(request, services, origin, services.catchUpTimeoutMs));
  };
  const change = (request: FastifyRequest, asked: MembershipChange): Promise<Answer> =>
    perform(request, async (signal) => {
      await changeMembers(node, asked, { signal });
      return json(200, clusterJson(services));
    });
  const idIn = (request: FastifyRequest): string => checked(params, request.params, "path").id;

  app.post("/v1/cluster/members", { bodyLimit }, async (request, reply) => {
    const member = checked(newMember, jsonOf(request), "member");
    return send(reply, await change(request, { add: [member] }));
  });
  app.delete("/v1/cluster/members/:id", { bodyLimit }, async (request, reply) =>
    send(reply, await change(request, { remove: [idIn(request)] })),
  );
  app.post("/v1/cluster/members/:id/promote", { bodyLimit }, async (request, reply) =>
    send(reply, await change(request, { promote: [idIn(request)] })),
  );
  app.post("/v1/cluster/members/:id/demote", { bodyLimit }, async (request, reply) =>
    send(reply, await change(request, { demote: [idIn(request)] })),
  );
  app.put("/v1/cluster/members/:id/address", { bodyLimit }, async (request, reply) => {
    const { address } = checked(newAddress, jsonOf(request), "body");
    return send(reply, await change(request, { readdress: [{ id: idIn(request), address }] }));
  });
  app.post("/v1/cluster/transfer", { bodyLimit }, async (request, reply) => {
    const { to } = bodyOf(request).length === 0 ? {} : checked(transfer, jsonOf(request), "body");
    const act = async (signal: AbortSignal): Promise<Answer> =>
      json(200, { leader: services.addresses.current(await node.transferLeadership(to, { signal })) });
    return send(reply, await perform(request, act));
  });
}

/** The membership by the log of this node, which has caught up as far as the consistency demands that was asked for. */
export function clusterReadRoutes(app: FastifyInstance, services: Services): void {
  const nothing = { type: "get", key: new Uint8Array([0]) } as const;

  app.get("/v1/cluster/members", async (request, reply) => {
    const consistency = consistencyOf(checked(listQuery, queryOf(request.url), "query"));
    await read(services, nothing, consistency, deadlineOf(request, services, "client"));
    return send(reply, json(200, clusterJson(services)));
  });
}
