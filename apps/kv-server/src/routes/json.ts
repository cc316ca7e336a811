import { incarnationOf, isVoter, membersOf } from "@quorate/raft-core";
import type { Member } from "@quorate/raft-core";
import { systemClock } from "@quorate/raft-node";
import type { KeyValue } from "@quorate/statemachine-kv";
import type { KvNodeStatus } from "../cluster/kv-node.ts";
import type { Services } from "./services.ts";

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** A key with its value as JSON carries them: keys as text, values in base64. */
export interface KeyValueJson {
  readonly key: string;
  readonly value?: string;
  readonly createRevision: number;
  readonly modRevision: number;
  readonly version: number;
}

export function keyValueJson(kv: KeyValue, keysOnly: boolean): KeyValueJson {
  return {
    key: decoder.decode(kv.key),
    ...(keysOnly ? {} : { value: base64(kv.value) }),
    createRevision: kv.createRevision,
    modRevision: kv.modRevision,
    version: kv.version,
  };
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64");
}

/** A member of the cluster; one that is just leaving the voters still counts as one. */
export interface MemberJson extends Member {
  readonly voter: boolean;
  readonly incarnation?: number;
  /** How many entries of the leader's log it does not hold yet; null where this node does not lead. */
  readonly lagEntries: number | null;
  /** How long ago the leader heard it last; null where this node does not lead. */
  readonly lastHeardMs: number | null;
}

/** The cluster by this node's log. */
export interface ClusterJson {
  readonly clusterId: string;
  readonly leader: Member | null;
  readonly members: readonly MemberJson[];
  /** What the change that is under way leads to. */
  readonly change: { readonly voters: readonly string[]; readonly learners: readonly string[] } | null;
  /** Not all founders have been there at once yet. */
  readonly founding?: true;
}

export function clusterJson({
  clusterId,
  node,
  addresses,
}: Pick<Services, "clusterId" | "node" | "addresses">): ClusterJson {
  const status = node.status();
  const { membership } = status;
  const { target, founding } = membership;
  const leader = status.leader && addresses.current(status.leader);
  return {
    clusterId,
    // One that has left the cluster may lead no more, and where it is nobody need know.
    leader: leader === undefined || leader.address === "" ? null : leader,
    members: membersOf(membership).map((member) => {
      const incarnation = incarnationOf(membership, member.id);
      const known = { voter: isVoter(membership, member.id), ...(incarnation === undefined ? {} : { incarnation }) };
      return { ...addresses.current(member), ...known, ...progressOf(status, member.id) };
    }),
    change: target === undefined ? null : { voters: target.voters, learners: target.learners },
    ...(founding === true ? { founding } : {}),
  };
}

function progressOf(
  { id: self, role, lastIndex, followers }: KvNodeStatus,
  id: string,
): Pick<MemberJson, "lagEntries" | "lastHeardMs"> {
  if (role === "leader" && id === self) return { lagEntries: 0, lastHeardMs: 0 };
  const follower = followers.find((each) => each.id === id);
  if (follower === undefined) return { lagEntries: null, lastHeardMs: null };
  const lastHeardMs = Math.max(0, Math.round(systemClock.now() - follower.lastContactMs));
  return { lagEntries: Math.max(0, lastIndex - follower.matchIndex), lastHeardMs };
}
