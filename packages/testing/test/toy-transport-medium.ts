import type { NodeId } from "@quorate/raft-core";
import type { TransportMedium, TransportPlace } from "../src/transport-medium.ts";
import { MESSAGE_BYTES_MAX, QUEUE_BYTES_MAX, ToyNetwork } from "./toy-network.ts";
import type { ToyTransportFlaw } from "./toy-transport-flaws.ts";
import { ToyTransport } from "./toy-transport.ts";

/** A network in memory for toy transports, with at most one flaw. */
export function toyTransportMedium(flaw: ToyTransportFlaw = "nothing"): TransportMedium {
  const common = new ToyNetwork(flaw);
  return {
    ordered: true,
    copies: true,
    addresses: true,
    clusters: true,
    messageBytesMax: MESSAGE_BYTES_MAX,
    queueBytesMax: QUEUE_BYTES_MAX,
    deadQueueBytesMax: 0,
    overflow: "drops-oldest",
    floodBytes: 24 * QUEUE_BYTES_MAX,
    messages: 10_000,

    open(): Promise<TransportPlace> {
      const isCommon = flaw === "one network for all";
      const network = isCommon ? common : new ToyNetwork(flaw);
      const addresses = new Map<NodeId, string>();
      return Promise.resolve({
        node(
          id,
          {
            clusterId = "toys",
            address = isCommon ? `${id} of ${clusterId}` : `${id}@${(network.addresses += 1)}`,
          } = {},
        ) {
          addresses.set(id, address);
          return Promise.resolve({ transport: new ToyTransport(network, id, address, clusterId), address });
        },
        pass() {
          network.pass();
          return Promise.resolve();
        },
        stall(id) {
          const address = addresses.get(id) ?? "";
          network.stalled.add(address);
          return () => void network.stalled.delete(address);
        },
        resources: () => network.resources,
        heldBytes: async () => network.heldBytes,
        close: () => Promise.resolve(),
      });
    },
  };
}
