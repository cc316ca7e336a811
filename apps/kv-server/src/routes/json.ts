import { incarnationOf, isVoter, membersOf } from "@quorate/raft-core";
import type { Member } from "@quorate/raft-core";
import type { KeyValue } from "@quorate/statemachine-kv";
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
}

/** The cluster by this node's log. */
export interface ClusterJson {
  readonly clusterId: string;
  readonly leader: Member | null;
  readonly members: readonly MemberJson[];
  /** What the change that is under way leads to. */
  readonly change: { readonly voters: readonly string[]; readonly learners: readonly string[] } | null;
}

export function clusterJson({
  clusterId,
  node,
  addresses,
}: Pick<Services, "clusterId" | "node" | "addresses">): ClusterJson {
  const { leader, membership } = node.status();
  const { target } = membership;
  return {
    clusterId,
    leader: leader === undefined ? null : addresses.current(leader),
    members: membersOf(membership).map((member) => {
      const incarnation = incarnationOf(membership, member.id);
      const voter = isVoter(membership, member.id);
      return { ...addresses.current(member), voter, ...(incarnation === undefined ? {} : { incarnation }) };
    }),
    change: target === undefined ? null : { voters: target.voters, learners: target.learners },
  };
}
