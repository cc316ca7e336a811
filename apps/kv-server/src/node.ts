import type { Logger, Transport } from "@quorate/raft-core";
import { RaftNode } from "@quorate/raft-node";
import { snapshotEvery } from "@quorate/snapshot";
import { KvStateMachine } from "@quorate/statemachine-kv";
import type { KvAnswer, KvQuery, KvResult } from "@quorate/statemachine-kv";
import type { AddressBook } from "./cluster/address-book.ts";
import type { PeerPort } from "./cluster/peer-port.ts";
import type { Config } from "./config/schema.ts";
import type { Instruments } from "./measure/instruments.ts";
import type { Beginning } from "./start/beginning.ts";
import { openData } from "./storage.ts";

export type KvRaftNode = RaftNode<KvResult, KvQuery, KvAnswer>;

export interface NodeOptions {
  readonly config: Config;
  readonly beginning: Beginning;
  readonly logger: Logger;
  /** Where peers connect; listening is its owner's business. */
  readonly peerPort: PeerPort;
  readonly addresses: AddressBook;
  /** What is to watch the node at its ports. */
  readonly instruments: Instruments;
}

/**
 * How many entries the log keeps behind a snapshot. As many as there are between two, so that both bound what it takes; but
 * enough for a follower that is only a moment behind, which would have to be sent the snapshot else.
 */
export function trailingOf({ snapshotEntries }: Pick<Config, "snapshotEntries">): number {
  return Math.min(10_000, Math.max(1000, snapshotEntries));
}

/** The node over its disk and its links. Rejects with an error whose message is for the operator. */
export async function openNode(options: NodeOptions): Promise<KvRaftNode> {
  const { config, beginning, logger, peerPort, addresses, instruments } = options;
  const { clusterId, peers, origin } = beginning.record;
  const synced = (ms: number): void => instruments.synced(ms);
  const { storage, snapshots } = await openData(config, { clusterId, logger, synced });
  let transport: Transport;
  try {
    transport = addresses.applyTo(await peerPort.openTransport(clusterId));
  } catch (error) {
    await Promise.all([storage.close(), snapshots.close()]);
    throw error;
  }
  return RaftNode.open({
    id: config.id,
    // A cluster is founded once. A founder that has lost its log since comes back as one that waits to be added.
    ...(beginning.isFirst && origin === "bootstrap" ? { members: peers } : { join: true }),
    ...instruments.attach({ storage, snapshots, transport }),
    logger,
    stateMachine: new KvStateMachine(),
    trailingEntries: trailingOf(config),
    snapshotPolicy: snapshotEvery({ entries: config.snapshotEntries, bytes: config.segmentBytes, growth: 1 }),
    electionTimeoutMinMs: config.electionTimeoutMinMs,
    electionTimeoutMaxMs: config.electionTimeoutMaxMs,
    heartbeatIntervalMs: config.heartbeatIntervalMs,
    priority: config.priority,
    ...(config.leaseDriftMax === undefined ? {} : { leaseDriftMax: config.leaseDriftMax }),
    catchUpTimeoutMs: config.catchUpTimeoutMs,
    // A transaction may hold more than one value; what an HTTP body may hold always fits.
    commandBytesMax: 2 * 1024 * 1024 + 3 * config.valueBytesMax,
  });
}
