import { membersOf } from "@quorate/raft-core";
import type { Membership, NodeId } from "@quorate/raft-core";
import { systemClock } from "@quorate/raft-node";
import type { RaftNodeStatus } from "@quorate/raft-node";
import type {
  ElectionReport,
  EntryReport,
  FollowerReport,
  MembershipReport,
  NodeReport,
  RaftReport,
} from "@quorate/dashboard/report";
import type { AddressBook } from "../cluster/address-book.ts";
import { grievanceOf } from "../cluster/standing.ts";
import { entryText } from "../measure/entry-text.ts";
import type { Instruments } from "../measure/instruments.ts";
import type { MeasuredNode } from "../measure/measured-node.ts";
import type { ProcessHealth } from "../measure/process-health.ts";

/** What stays the same while a process runs. */
export type Identity = Pick<
  NodeReport,
  "clusterId" | "version" | "clientUrl" | "peerAddress" | "startedAtMs" | "actions"
>;

export interface ReportSources {
  readonly identity: () => Identity;
  readonly node: { status(): RaftNodeStatus };
  readonly measured: Pick<MeasuredNode, "writes" | "reads" | "writeLatency" | "readLatency">;
  readonly instruments: Pick<Instruments, "fsyncLatency" | "storage" | "transport" | "snapshot">;
  readonly health: Pick<ProcessHealth, "report">;
  readonly addresses: AddressBook;
}

/** This moment's report. */
export function reportOf(sources: ReportSources): NodeReport {
  const { identity, node, measured, instruments, health } = sources;
  const status = node.status();
  return {
    id: status.id,
    ...identity(),
    atMs: Date.now(),
    raft: raftReport(status, sources),
    transfers: instruments.transport?.transfers ?? [],
    counters: { committedIndex: status.commitIndex, writes: measured.writes, reads: measured.reads },
    latencies: {
      write: measured.writeLatency.report(),
      read: measured.readLatency.report(),
      fsync: instruments.fsyncLatency.report(),
    },
    health: health.report(),
  };
}

function raftReport(status: RaftNodeStatus, { instruments, addresses }: ReportSources): RaftReport {
  const { role, term, firstIndex, lastIndex, commitIndex, appliedIndex, snapshotIndex } = status;
  const { votedFor, votes, timer } = status.election;
  const nowMs = systemClock.now();
  const { storage, snapshot } = instruments;
  const recent = storage?.recent ?? [];
  const grievance = grievanceOf(status);
  return {
    ...{ role, term, votes, firstIndex, lastIndex, commitIndex, appliedIndex },
    ...(votedFor === undefined ? {} : { votedFor }),
    ...(status.leader === undefined ? {} : { leader: status.leader.id }),
    ...(timer === undefined ? {} : { election: electionReport(timer, nowMs) }),
    durableIndex: Math.min(storage?.durableIndex ?? 0, lastIndex),
    ...(snapshotIndex === 0 ? {} : { snapshot: { index: snapshotIndex, term: snapshot?.term ?? 0 } }),
    entries: recent.filter(({ index }) => index >= firstIndex && index <= lastIndex).map(entryReport),
    membership: membershipReport(status.membership, addresses),
    followers: status.followers.map((follower) => followerReport(follower, nowMs)),
    ...(status.transferTo === undefined ? {} : { transferTo: status.transferTo }),
    ...(status.failed === undefined ? {} : { failure: status.failed }),
    isForgotten: status.isForgotten,
    ...(grievance === undefined ? {} : { grievance }),
  };
}

function electionReport(
  timer: { readonly startMs: number; readonly deadlineMs: number },
  nowMs: number,
): ElectionReport {
  const totalMs = Math.max(0, timer.deadlineMs - timer.startMs);
  const remainingMs = Math.min(totalMs, Math.max(0, timer.deadlineMs - nowMs));
  return { totalMs: Math.round(totalMs), remainingMs: Math.round(remainingMs) };
}

function entryReport(entry: Parameters<typeof entryText>[0]): EntryReport {
  return { index: entry.index, term: entry.term, kind: entry.kind, text: entryText(entry) };
}

function followerReport(follower: RaftNodeStatus["followers"][number], nowMs: number): FollowerReport {
  const { id, matchIndex, nextIndex, state, lastContactMs } = follower;
  const ageMs = Math.max(0, Math.round(nowMs - lastContactMs));
  return { id, matchIndex, nextIndex, state, ...(Number.isFinite(ageMs) ? { contactAgeMs: ageMs } : {}) };
}

function membershipReport(membership: Membership, addresses: AddressBook): MembershipReport {
  const { voters, learners, outgoing, target, founding } = membership;
  const known = membersOf(membership).map((member): [NodeId, string] => [member.id, addresses.current(member).address]);
  return {
    ...{ voters, learners, outgoing, addresses: Object.fromEntries(known) },
    ...(target === undefined ? {} : { change: { voters: target.voters, learners: target.learners } }),
    isFounding: founding === true,
  };
}
