import type { FastifyInstance } from "fastify";
import { grievanceOf } from "../cluster/standing.ts";
import { json } from "../http/answer.ts";
import { send } from "../http/send.ts";
import { clusterJson } from "./json.ts";
import type { Services } from "./services.ts";

export function statusRoutes(app: FastifyInstance, services: Services): void {
  app.get("/v1/status", (_request, reply) => send(reply, json(200, statusOf(services))));
}

/** What a node tells clients of itself and its cluster. */
export function statusOf(services: Pick<Services, "clusterId" | "node" | "addresses" | "linkStats">): object {
  const whole = services.node.status();
  const { membership: _membership, leader: _leader, election: _election, transferTo: _to, ...known } = whole;
  const { followers, failed, ...status } = known;
  const matchIndexes = new Map(followers.map((follower) => [follower.id, follower.matchIndex]));
  if (status.role === "leader") matchIndexes.set(status.id, status.lastIndex);
  const { clusterId, leader, members, change } = clusterJson(services);
  return {
    clusterId,
    ...status,
    leader,
    members: members.map((member) => {
      const matchIndex = matchIndexes.get(member.id);
      return matchIndex === undefined ? member : { ...member, matchIndex };
    }),
    change,
    ...grievanceOf(whole),
    ...(failed === undefined ? {} : { failed }),
    links: services.linkStats?.(),
  };
}
