import type { Logger } from "@quorate/raft-core";
import { RaftError } from "@quorate/raft-core";
import type { KvNode } from "./kv-node.ts";

/** One that was under way already may fail for its own reasons: then it is this one's turn. */
const attemptsMax = 2;

/**
 * A leader that is about to stop hands over its lead while it still serves: what clients ask it meanwhile waits for the
 * next leader, and is carried there. Takes `timeoutMs` at most. Never rejects.
 */
export async function handOver(node: KvNode, timeoutMs: number, logger: Logger): Promise<void> {
  const signal = AbortSignal.timeout(timeoutMs);
  for (let attempt = 1; hasLeadToGive(node); attempt += 1) {
    try {
      const { id: to } = await node.transferLeadership(undefined, { signal });
      logger.info("handed over the lead", { to });
      return;
    } catch (error) {
      const mayTryAgain = error instanceof RaftError && !signal.aborted && attempt < attemptsMax;
      if (mayTryAgain) continue;
      logger.warn("stops without having handed over the lead", { error });
      return;
    }
  }
}

function hasLeadToGive(node: KvNode): boolean {
  const { id, role, membership, failed } = node.status();
  return failed === undefined && role === "leader" && membership.voters.some((voter) => voter !== id);
}
