import { type Server, createServer } from "node:http";
import { setTimeout as wait } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import type { TransportMedium, TransportPlace } from "@quorate/testing";
import { WsTransport, type WsTransportLimits } from "../src/index.ts";
import { Accepted } from "./accepted.ts";

const HOST = "127.0.0.1";

const limits: Partial<WsTransportLimits> = {
  messageBytesMax: 2 ** 20,
  outboxBytesMax: 2 ** 22,
  dialOutboxBytesMax: 2 ** 16,
  reconnectMinMs: 2,
  reconnectMaxMs: 20,
};

async function listen(server: Server, port: number): Promise<number> {
  await new Promise<void>((resolve) => {
    server.listen(port, HOST, resolve);
  });
  const address = server.address();
  return typeof address === "object" ? (address?.port ?? 0) : 0;
}

setFlagsFromString("--expose-gc");
const collectGarbage: () => void = runInNewContext("gc");

/** Buffers that are garbage are freed beside the program, whenever there is time: waits until no more of them go. */
async function heldBytes(): Promise<number> {
  let least = Infinity;
  for (let round = 0, same = 0; round < 500 && same < 5; round += 1) {
    collectGarbage();
    await wait(2);
    const { heapUsed, external } = process.memoryUsage();
    const held = heapUsed + external;
    same = held < least - FREED_BYTES ? 0 : same + 1;
    least = Math.min(least, held);
  }
  return least;
}

/** What counts as freed. */
const FREED_BYTES = 64 * 1024;

/** With a server of the transport's own, or on one that the application owns. */
export function wsMedium(serverOf: "transport" | "application"): TransportMedium {
  return {
    ordered: true,
    copies: true,
    addresses: true,
    clusters: true,
    messageBytesMax: 2 ** 20,
    queueBytesMax: 2 ** 22,
    deadQueueBytesMax: 2 ** 16,
    overflow: "drops-oldest",
    // In full on one of the two servers; they share everything that these are about.
    ...(serverOf === "transport" ? {} : { messages: 10_000, floodBytes: 2 ** 25 }),

    open(): Promise<TransportPlace> {
      const accepted = new Accepted();
      const addresses = new Map<string, number>();

      const openOwn = async (id: string, clusterId: string, port: number) => {
        const transport = await WsTransport.open({ id, clusterId, listen: { host: HOST, port }, ...limits });
        return { transport, port: transport.port ?? 0 };
      };

      const openShared = async (id: string, clusterId: string, wanted: number) => {
        const server = createServer();
        const transport = await WsTransport.open({ id, clusterId, server, ...limits });
        const port = await listen(server, wanted);
        const closeTransport = transport.close.bind(transport);
        transport.close = async () => {
          await closeTransport();
          server.close();
        };
        return { transport, port };
      };

      return Promise.resolve({
        async node(id, { clusterId = "test", address } = {}) {
          const wanted = Number(address?.split(":")[1] ?? 0);
          const open = serverOf === "transport" ? openOwn : openShared;
          const { transport, port } = await open(id, clusterId, wanted);
          addresses.set(id, port);
          return { transport, address: `${HOST}:${port}` };
        },
        async pass() {
          await wait(2);
        },
        stall(id) {
          const sockets = accepted.to(addresses.get(id) ?? 0);
          for (const socket of sockets) socket.pause();
          return () => {
            for (const socket of sockets) socket.resume();
          };
        },
        sever() {
          for (const socket of accepted.all) socket.destroy();
        },
        heldBytes,
        resources: () => process.getActiveResourcesInfo().length,
        close() {
          accepted.stop();
          return Promise.resolve();
        },
      });
    },
  };
}
