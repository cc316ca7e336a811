import { join } from "node:path";
import { z } from "zod";
import type { Ground } from "../ground/ground.ts";
import { freePorts } from "../ground/ports.ts";
import type { LoadJob } from "../load/job.ts";
import { askJson, askMetrics, sampleIn } from "./ask.ts";
import { buildGo, missingForGo } from "./go-program.ts";
import type { FoundRival } from "./rival.ts";
import { runCommand } from "./run-command.ts";
import type { NodePlan, System } from "./system.ts";

const host = "127.0.0.1";

/** Numbers of 64 bits are text in its JSON; 0 is left out. */
const statusSchema = z.object({
  header: z.object({ member_id: z.string() }),
  leader: z.string().optional(),
  raftAppliedIndex: z.string().default("0"),
});

/** etcd as Debian has it, with a load generator built on its own client. */
export async function openEtcd(ground: Ground): Promise<FoundRival> {
  const server = await runCommand(ground, "etcd", ["--version"]);
  const libraries = await missingForGo("go.etcd.io/etcd/clientv3", "golang-etcd-server-dev", ground);
  const missing = [...(server.isFound ? [] : ["etcd-server"]), ...libraries];
  if (missing.length > 0) {
    return { reason: `etcd is not measured: it is not here; remedy: apt-get install ${missing.join(" ")}` };
  }
  const version = /etcd Version: (\S+)/.exec(server.output)?.[1] ?? "unknown";
  ground.progress("building the load generator for etcd");
  return { rival: etcd(version, await buildGo("etcd-load", ground)) };
}

function etcd(version: string, generator: string): System {
  return {
    name: "etcd",
    version,
    lay: ({ nodes, directory }) => layEtcd(nodes, directory),
    async statusOf(url) {
      const answer = await askJson(`${url}/v3/maintenance/status`, { body: "{}" });
      const status = statusSchema.safeParse(answer).data;
      if (status === undefined) return undefined;
      const { leader, header, raftAppliedIndex } = status;
      return { isLeader: leader === header.member_id, leader, appliedIndex: Number(raftAppliedIndex) };
    },
    async countersOf(url) {
      const samples = await askMetrics(url);
      return {
        syncs: sampleIn(samples, "etcd_disk_wal_fsync_duration_seconds_count"),
        entries: sampleIn(samples, "etcd_server_proposals_committed_total"),
      };
    },
    loadCommand: (job) => ({ command: generator, args: [JSON.stringify({ ...job, endpoints: endpointsFor(job) })] }),
  };
}

/**
 * Where its client is to ask. It spreads over all endpoints that it is given, and a follower passes on what only the leader
 * can do, at the price of a hop: so it is given the leader alone, which ours finds by itself. It is given all where any node
 * may answer, and where the leader will be killed.
 */
export function endpointsFor({ endpoints, leader, scenario }: LoadJob): readonly string[] {
  return leader === undefined || scenario === "stale-get" ? endpoints : [leader];
}

async function layEtcd(nodes: number, directory: string): Promise<readonly NodePlan[]> {
  const ids = Array.from({ length: nodes }, (_, i) => `n${i + 1}`);
  const ports = await freePorts(2 * nodes);
  const peers = ids.map((_, i) => `http://${host}:${ports[i]}`);
  const cluster = ids.map((id, i) => `${id}=${peers[i]}`).join(",");
  return ids.map((id, i) => {
    const [url, peer] = [`http://${host}:${ports[nodes + i]}`, peers[i] ?? ""];
    const args = [
      ...["--name", id, "--data-dir", join(directory, id), "--initial-cluster", cluster],
      ...["--listen-client-urls", url, "--advertise-client-urls", url],
      ...["--listen-peer-urls", peer, "--initial-advertise-peer-urls", peer],
      ...["--logger", "zap", "--log-outputs", "stderr", "--log-level", "warn"],
    ];
    return { id, url, command: "etcd", args };
  });
}
