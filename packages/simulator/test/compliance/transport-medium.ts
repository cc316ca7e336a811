import type { NodeId } from "@quorate/raft-core";
import type { TransportMedium } from "@quorate/testing";
import { streamsOf } from "@quorate/virtual-time";
import type { LinkTraits } from "../../src/network/link.ts";
import { SimulatedNetwork } from "../../src/network/simulated-network.ts";
import { Incarnation } from "../../src/process/incarnation.ts";
import { Pump } from "./pump.ts";

/** The nodes of the suite's cases: a network has them all from the beginning. */
const IDS: readonly NodeId[] = ["a", "b", "c", "zwölf-節点-🗳"];

/** What the suite sends to a peer that does not read, and to one that is down. */
const PIECE_BYTES = 64 * 1024;
const SMALL_PIECE_BYTES = 1024;
const UNDER_WAY_MAX = 256;
const STALL_MS = 1000;

const PERFECT: LinkTraits = {
  delayMsMin: 0,
  delayMsMean: 0,
  dropRate: 0,
  duplicateRate: 0,
  duplicateDelayMsMax: 0,
  ordered: true,
};

/**
 * Messages go by reference and without addresses or clusters, which are for the transports that encode. A network counts
 * messages, not bytes: as many bytes wait as that many of the suite's pieces have. What is under way to a node that is down
 * reaches whoever is there when it arrives.
 */
export function transportMedium(traits: Partial<LinkTraits>): TransportMedium {
  return {
    ordered: traits.ordered ?? true,
    copies: false,
    addresses: false,
    clusters: false,
    queueBytesMax: UNDER_WAY_MAX * PIECE_BYTES,
    deadQueueBytesMax: UNDER_WAY_MAX * SMALL_PIECE_BYTES,
    overflow: "drops-newest",

    open() {
      const pump = new Pump();
      const { scheduler } = pump;
      const network = new SimulatedNetwork({
        scheduler,
        dice: streamsOf(1n)("network"),
        traits: { ...PERFECT, ...traits },
        ids: IDS,
        observer: { sent: ignore, delivered: ignore, lost: ignore, threw: ignore },
        underWayMax: UNDER_WAY_MAX,
      });
      let lives = 0;
      const clog = (id: NodeId, untilMs: number): void => {
        for (const from of IDS) network.link(from, id).cloggedUntilMs = untilMs;
      };
      return Promise.resolve({
        node(id) {
          lives += 1;
          const incarnation = new Incarnation(scheduler, IDS.indexOf(id) + 1, lives);
          return Promise.resolve({ transport: network.transport(id, incarnation), address: id });
        },
        pass() {
          pump.pass(1);
          return Promise.resolve();
        },
        stall(id) {
          clog(id, scheduler.nowMs + STALL_MS);
          return () => clog(id, 0);
        },
        resources: () => scheduler.size,
        close: () => Promise.resolve(),
      });
    },
  };
}

function ignore(): void {
  // Nobody watches this network.
}
