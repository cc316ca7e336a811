import { setTimeout as pause } from "node:timers/promises";
import { Agent } from "undici";
import { call } from "../clients/call.ts";
import type { Node } from "../nodes/node.ts";

const pollMs = 100;
const askTimeoutMs = 2500;

/**
 * Waits until every node answers a linearizable read, `limitMs` at most. Resolves with how long that took; undefined where
 * it took too long.
 */
export async function untilAllServe(nodes: readonly Node[], limitMs: number): Promise<number | undefined> {
  const beganMs = performance.now();
  const agent = new Agent({ connect: { timeout: askTimeoutMs } });
  try {
    for (;;) {
      const results = await Promise.all(
        nodes.map(({ url }) =>
          call(
            url,
            { type: "get", key: "recovered" },
            { timeoutMs: askTimeoutMs, dispatcher: agent, reads: "linearizable" },
          ),
        ),
      );
      const tookMs = performance.now() - beganMs;
      if (tookMs > limitMs) return undefined;
      if (results.every(({ outcome }) => outcome === "ok")) return Math.round(tookMs);
      await pause(pollMs);
    }
  } finally {
    await agent.destroy();
  }
}
