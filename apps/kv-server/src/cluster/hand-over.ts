import type { Logger } from "@quorate/raft-core";
import type { KvNode } from "./kv-node.ts";

/**
 * A leader that is about to stop hands over its lead while it still serves: what clients ask it meanwhile waits for the
 * next leader, and is carried there. Never rejects.
 */
export async function handOver(node: KvNode, timeoutMs: number, logger: Logger): Promise<void> {
  const { id, role, membership, failed } = node.status();
  if (failed !== undefined || role !== "leader" || membership.voters.every((voter) => voter === id)) return;
  try {
    const { id: to } = await node.transferLeadership(undefined, { signal: AbortSignal.timeout(timeoutMs) });
    logger.info("handed over the lead", { to });
  } catch (error) {
    logger.warn("stops without having handed over the lead", { error });
  }
}
