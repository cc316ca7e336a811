import type { Configuration } from "./configuration.ts";

/**
 * An election timeout with all that clocks, links and disks may add to it when nothing is wrong with them: what patience
 * with a cluster is counted in.
 */
export function timeoutMsOf({ clocks, disk, farLinks, link, node }: Configuration): number {
  const slowest = Math.min(...clocks.map(({ rate }) => rate));
  const latest = Math.max(...clocks.map(({ lateMsMax }) => lateMsMax));
  const farthest = Math.max(1, ...(farLinks ?? []).map(({ factor }) => factor));
  const roundTripMs = 2 * farthest * (link.delayMsMin + 5 * link.delayMsMean);
  return node.raft.electionTimeoutMaxMs / slowest + latest + roundTripMs + 5 * disk.syncMs;
}
