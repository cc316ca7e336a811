import { isVoter, membersOf } from "@quorate/raft-core";
import type { FastifyInstance } from "fastify";
import { json } from "../http/answer.ts";
import { send } from "../http/send.ts";
import type { Services } from "./services.ts";

export function statusRoutes(app: FastifyInstance, services: Services): void {
  app.get("/v1/status", (_request, reply) => {
    const { membership, followers, leader, failed, ...status } = services.node.status();
    const matchIndexes = new Map(followers.map((follower) => [follower.id, follower.matchIndex]));
    if (status.role === "leader") matchIndexes.set(status.id, status.lastIndex);
    const members = membersOf(membership).map((member) => {
      const matchIndex = matchIndexes.get(member.id);
      return {
        ...services.addresses.current(member),
        voter: isVoter(membership, member.id),
        ...(matchIndex === undefined ? {} : { matchIndex }),
      };
    });
    const body = {
      clusterId: services.clusterId,
      ...status,
      leader: leader === undefined ? null : services.addresses.current(leader),
      members,
      ...(failed === undefined ? {} : { failed }),
    };
    return send(reply, json(200, body));
  });
}
