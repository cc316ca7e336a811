import { seededRandom } from "@quorate/raft-core";
import type { TransportMedium } from "@quorate/testing";
import { MemoryNetwork, type MemoryNetworkOptions } from "../src/index.ts";
import { ManualClock } from "./manual-clock.ts";

const LINK_BYTES_MAX = 2 ** 20;
const STALL_MS = 1000;

/** `messages`: how many go through the kills. A link without order takes a timer for each of them. */
export function memoryMedium(options: Partial<MemoryNetworkOptions>, messages = 100_000): TransportMedium {
  return {
    messages,
    ordered: options.ordered ?? true,
    copies: options.copy ?? false,
    addresses: false,
    clusters: false,
    queueBytesMax: LINK_BYTES_MAX,
    deadQueueBytesMax: 0,
    overflow: "drops-newest",

    open() {
      const clock = new ManualClock();
      const network = new MemoryNetwork({ clock, random: seededRandom(1), linkBytesMax: LINK_BYTES_MAX, ...options });
      const ids = new Set<string>();
      const slow = (id: string, delayMs: number): void => {
        for (const from of ids) network.setLink(from, id, { delayMinMs: delayMs, delayMaxMs: delayMs });
      };
      return Promise.resolve({
        node(id) {
          ids.add(id);
          return Promise.resolve({ transport: network.transport(id), address: id });
        },
        pass() {
          clock.advance(1);
          return Promise.resolve();
        },
        stall(id) {
          slow(id, STALL_MS);
          return () => slow(id, 0);
        },
        resources: () => clock.pending,
        close: () => Promise.resolve(),
      });
    },
  };
}
