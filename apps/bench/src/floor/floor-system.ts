import { extname, join } from "node:path";
import { freePorts } from "../ground/ports.ts";
import { quorate } from "../systems/quorate.ts";
import type { System } from "../systems/system.ts";
import { FLOOR_HOST, type FloorOptions } from "./floor-options.ts";

const module = join(import.meta.dirname, `main${extname(import.meta.filename)}`);

/** The bare pipeline, as a cluster: started, asked and loaded like ours, whose client it serves. It can only put. */
export function floor({ applies }: Pick<FloorOptions, "applies">): System {
  const ours = quorate();
  return {
    name: applies ? "floor-kv" : "floor",
    version: ours.version,
    async lay({ nodes, directory }) {
      const ports = await freePorts(2 * nodes);
      const members = Array.from({ length: nodes }, (_, i) => ({
        id: `n${i + 1}`,
        address: `${FLOOR_HOST}:${ports[i]}`,
      }));
      return members.map(({ id }, i) => {
        const clientPort = ports[nodes + i] ?? 0;
        const options: FloorOptions = { id, members, clientPort, directory: join(directory, id), applies };
        const environment = { ...process.env, NODE_COMPILE_CACHE: join(directory, "compiled") };
        return {
          id,
          url: `http://${FLOOR_HOST}:${clientPort}`,
          command: process.execPath,
          args: [module, JSON.stringify(options)],
          environment,
        };
      });
    },
    statusOf: (url) => ours.statusOf(url),
    countersOf: (url) => ours.countersOf(url),
    // A follower of the floor serves no clients.
    loadCommand: (job) => ours.loadCommand({ ...job, endpoints: job.endpoints.slice(0, 1) }),
  };
}
