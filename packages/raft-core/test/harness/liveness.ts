import type { Input } from "../../src/index.ts";
import type { Cluster } from "./cluster.ts";
import { bytesOf } from "./stored.ts";

export const propose = (text: string): Input => ({ type: "propose", id: 1, commands: [bytesOf(text)] });

/** Lets `timeouts` election timeouts pass. */
export function passTimeouts(cluster: Cluster, timeouts: number): void {
  cluster.pass(300 * timeouts);
}

/** Whether somebody leads who can commit a new entry, of which all those named hear. */
export function isLive(cluster: Cluster, ids: readonly string[] = cluster.ids): boolean {
  const { leader } = cluster;
  if (leader === undefined) return false;
  cluster.give(leader, propose("live?"));
  const index = cluster.node(leader).raft.lastIndex;
  cluster.deliver();
  cluster.pass(100);
  return ids.every((id) => cluster.node(id).raft.commitIndex >= index);
}
