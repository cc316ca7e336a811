import type { Duplex } from "node:stream";
import type { Member } from "@quorate/raft-core";
import { membersOf } from "@quorate/raft-core";
import type { KvRaftNode } from "../node.ts";
import type { AddressBook } from "../cluster/address-book.ts";
import type { Instruments } from "../measure/instruments.ts";
import type { MeasuredNode } from "../measure/measured-node.ts";
import { ProcessHealth } from "../measure/process-health.ts";
import { ClusterWatch } from "./cluster-watch.ts";
import { recordHappenings } from "./happenings.ts";
import { KnownOrigins } from "./known-origins.ts";
import { OwnNode } from "./own-node.ts";
import { PeerStreams } from "./peer-streams.ts";
import { reportOf } from "./report.ts";
import type { Identity } from "./report.ts";

export interface WatchOptions {
  readonly identity: () => Identity;
  readonly node: KvRaftNode;
  readonly measured: MeasuredNode;
  readonly instruments: Instruments;
  readonly addresses: AddressBook;
  readonly connectTo: (peer: Member) => Promise<Duplex>;
  /** The data directory. */
  readonly data: string;
}

export interface Watch {
  readonly cluster: ClusterWatch;
  readonly origins: KnownOrigins;
  close(): Promise<void>;
}

/** What must be told at once. */
const changes = ["role", "leader", "membership", "snapshot", "forgotten", "failed"] as const;

/** All that looks at a node and tells of it. */
export function openWatch(options: WatchOptions): Watch {
  const { identity, node, measured, instruments, addresses, connectTo, data } = options;
  const { id } = node.status();
  const { clusterId, startedAtMs } = identity();
  const { recorder } = instruments;
  const health = new ProcessHealth(data, (ms) => recorder.record("stall", { ms }));
  const onAny = (listener: () => void): (() => void) => {
    const ends = changes.map((name) => node.on(name, listener));
    return () => {
      for (const end of ends) end();
    };
  };
  const own = new OwnNode({
    recorder,
    report: () => reportOf({ identity, node, measured, instruments, health, addresses }),
    onChange: onAny,
    begin: () => health.watch(),
  });
  const clientUrl = (): string => identity().clientUrl;
  const members = (): readonly Member[] => membersOf(node.status().membership);
  const origins = new KnownOrigins({ own: clientUrl, members: () => members().map((member) => member.id) });
  const streams = new PeerStreams({ nodeId: id, clusterId, clientUrl, connectTo });
  const others = (): readonly Member[] =>
    members()
      .filter((member) => member.id !== id)
      .map((member) => addresses.current(member));
  const onMembers = (changed: () => void): (() => void) => node.on("membership", changed);
  const cluster = new ClusterWatch({ id, startedAtMs, own, streams, origins, others, onMembers });
  const ends = [
    recordHappenings(node, recorder),
    node.on("snapshot", ({ snapshot, origin }) => instruments.snapshotDone(snapshot, origin)),
  ];
  return {
    cluster,
    origins,
    close: async () => {
      for (const end of ends) end();
      cluster.close();
      health.close();
      await streams.close();
    },
  };
}
