import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { FileSystem, Logger, Member } from "@quorate/raft-core";
import { RaftError } from "@quorate/raft-core";
import { clusterIdOf } from "../config/members.ts";
import type { Config } from "../config/schema.ts";
import { explained } from "../storage.ts";
import { ClusterClient, reasonOf } from "./cluster-client.ts";
import type { ClusterView } from "./cluster-client.ts";
import { readNodeRecord } from "./node-record.ts";
import type { NodeRecord } from "./node-record.ts";

const askAgainMs = 200;

/** With what a node begins, or goes on. */
export interface Beginning {
  readonly record: NodeRecord;
  /** The record is to be written as soon as the log is: what it says is true from then on. */
  readonly isFirst: boolean;
}

/**
 * What the data directory says of this node's beginning; where it says nothing, what the configuration asks for. Rejects
 * with words for the operator where that is nothing, or something else than what was stored.
 */
export async function beginningOf(config: Config, fileSystem: FileSystem, logger: Logger): Promise<Beginning> {
  const record = await explained(config.data, () => readNodeRecord(fileSystem, config.data));
  if (record !== undefined) return goOn(config, record, logger);
  if (config.bootstrap && config.members !== undefined) return found(config, config.members);
  if (config.join !== undefined) return joinThrough(config, config.join, { fileSystem, logger });
  throw new Error(
    `nothing is stored in ${config.data}: give --bootstrap and --members to found a cluster, or --join and --address to ` +
      `join one; if ${config.id} has been a member before, its data is lost: remove it there first ` +
      `(DELETE /v1/cluster/members/${config.id}), then join`,
  );
}

function goOn(config: Config, record: NodeRecord, logger: Logger): Beginning {
  const { data, id, bootstrap, members = [], join: url } = config;
  const stored = `${data} belongs to node ${record.nodeId} of cluster ${record.clusterId}`;
  const refuse = (what: string): never => {
    throw new RaftError("WRONG_CLUSTER", `${stored}, ${what}: give each node its own directory`);
  };
  const { clusterId = record.clusterId } = config;
  if (record.nodeId !== id) refuse(`not to node ${id}`);
  if (record.clusterId !== clusterId) refuse(`not to cluster ${clusterId}`);
  // Since then the founders may have moved; where they are the log knows.
  if (bootstrap && record.origin === "bootstrap" && idsOf(members) !== idsOf(record.peers)) {
    refuse(`which was founded by ${idsOf(record.peers)}, not by ${idsOf(members)}`);
  }
  if (bootstrap && record.origin === "bootstrap" && addressesOf(members) !== addressesOf(record.peers)) {
    const what = "--members gives other addresses than this cluster was begun with, and does not count any more";
    const remedy = "until all founders have met, --addresses says where they are; later on the log does";
    logger.warn(`${what}: ${remedy}`, { given: addressesOf(members), begun: addressesOf(record.peers) });
  }
  const isIgnored = url !== undefined || (bootstrap && record.origin === "join");
  if (isIgnored && record.pending === undefined) {
    const flag = bootstrap ? "--bootstrap" : "--join";
    logger.info(`${flag} is ignored: this node has begun already`, { cluster: record.clusterId });
  }
  const pending = record.pending === undefined ? undefined : { ...record.pending, via: url ?? record.pending.via };
  return { record: { ...record, ...(pending === undefined ? {} : { pending }) }, isFirst: false };
}

function found(config: Config, members: readonly Member[]): Beginning {
  const { id, clusterId = clusterIdOf(members) } = config;
  const named = members.find((member) => member.id === id)?.address ?? "";
  const { address = named } = config;
  if (address !== named) {
    throw new Error(
      `--address is ${address}, but --members gives ${id} the address ${named}: the others would look there`,
    );
  }
  const record = { version: 1, clusterId, nodeId: id, origin: "bootstrap", address, peers: members } as const;
  return { record, isFirst: true };
}

interface Means {
  readonly fileSystem: FileSystem;
  readonly logger: Logger;
}

async function joinThrough(config: Config, url: string, { fileSystem, logger }: Means): Promise<Beginning> {
  const { clusterId, members } = await introduced(config, url, logger);
  if (config.clusterId !== undefined && config.clusterId !== clusterId) {
    throw new RaftError("WRONG_CLUSTER", `${url} serves cluster ${clusterId}, not ${config.clusterId}`);
  }
  const { id, address = "" } = config;
  const namesake = members.find((member) => member.id === id);
  if (namesake?.incarnation !== undefined && !(await hasLog(config, fileSystem))) {
    throw new Error(
      `cannot join cluster ${clusterId} at ${url}: it has a member ${id} that has stored something, but nothing is ` +
        `stored in ${config.data}: if its data is lost, remove it first ` +
        `(curl -X DELETE ${url}/v1/cluster/members/${id}); if not, choose another id`,
    );
  }
  const peers = members
    .filter((member) => member.id !== id)
    .map((member) => ({ id: member.id, address: member.address }));
  const pending = { as: config.learner ? "learner" : "voter", via: url } as const;
  const record = { version: 1, clusterId, nodeId: id, origin: "join", address, peers, pending } as const;
  return { record, isFirst: true };
}

/** Whoever starts all nodes at once need not wait for the first to serve. */
async function introduced(config: Config, url: string, logger: Logger): Promise<ClusterView> {
  const client = new ClusterClient(url, config);
  const endMs = performance.now() + 2 * config.requestTimeoutMs;
  let isTold = false;
  for (;;) {
    try {
      return await client.view();
    } catch (error) {
      const reason = reasonOf(error);
      if (performance.now() + askAgainMs > endMs) {
        throw new Error(`cannot join the cluster at ${url}: ${reason}; start this node again when that is no more so`, {
          cause: error,
        });
      }
      if (!isTold) logger.warn("the cluster that is to be joined does not answer as it should yet", { url, reason });
      isTold = true;
      await pause(askAgainMs);
    }
  }
}

/** A start may have been interrupted after the log was begun: then it is this very node that the cluster knows. */
async function hasLog({ data }: Config, fileSystem: FileSystem): Promise<boolean> {
  try {
    return (await fileSystem.list(join(data, "log"))).some((name) => name.endsWith(".log"));
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return false;
    throw error;
  }
}

function addressesOf(members: readonly Member[]): string {
  return members
    .map(({ id, address }) => `${id}=${address}`)
    .toSorted()
    .join(",");
}

function idsOf(members: readonly Member[]): string {
  return members
    .map((member) => member.id)
    .toSorted()
    .join(", ");
}
