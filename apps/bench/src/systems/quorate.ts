import { readFileSync } from "node:fs";
import { extname, join } from "node:path";
import { z } from "zod";
import { freePorts } from "../ground/ports.ts";
import { askJson, askMetrics, sampleIn } from "./ask.ts";
import type { System } from "./system.ts";

const host = "127.0.0.1";
const serverFolder = join(import.meta.dirname, "../../../kv-server");

/** What `npm start` and `npm run server` run, from this workspace: the sources, whose types Node leaves out as it loads them. */
const serverModule = join(serverFolder, "src/main.ts");
const generatorModule = join(import.meta.dirname, `../load/generator${extname(import.meta.filename)}`);

/** Of the clocks' rates: what the server's README gives as an example. */
const leaseDriftMax = "0.01";

const manifestSchema = z.object({ version: z.string() });

const statusSchema = z.object({
  role: z.string(),
  leader: z.object({ id: z.string() }).nullish(),
  appliedIndex: z.number(),
});

/** Three or more `kv-server` processes with the settings that they have by themselves. */
export function quorate(): System {
  return {
    name: "quorate",
    version: manifestSchema.parse(JSON.parse(readFileSync(join(serverFolder, "package.json"), "utf8"))).version,
    async lay({ nodes, directory, allowsLease }) {
      const ids = Array.from({ length: nodes }, (_, i) => `n${i + 1}`);
      const ports = await freePorts(2 * nodes);
      const peers = ids.map((_, i) => `${host}:${ports[i]}`);
      const members = ids.map((id, i) => `${id}=${peers[i]}`).join(",");
      return ids.map((id, i) => {
        const clients = `${host}:${ports[nodes + i]}`;
        const flags = [
          ...["--id", id, "--data", join(directory, id), "--bootstrap", "--members", members],
          ...["--peer-listen", `${host}:${ports[i]}`, "--client-listen", clients, "--log-level", "warn"],
          ...(allowsLease ? ["--lease-drift-max", leaseDriftMax] : []),
        ];
        return { id, url: `http://${clients}`, ...serverProcess(flags, join(directory, "compiled")) };
      });
    },
    async statusOf(url) {
      const status = statusSchema.safeParse(await askJson(`${url}/v1/status`)).data;
      if (status === undefined) return undefined;
      return { isLeader: status.role === "leader", leader: status.leader?.id, appliedIndex: status.appliedIndex };
    },
    async countersOf(url) {
      const samples = await askMetrics(url);
      return {
        syncs: sampleIn(samples, "quorate_log_syncs_total"),
        entries: sampleIn(samples, "quorate_log_entries_total"),
      };
    },
    loadCommand: (job) => ({ command: process.execPath, args: [generatorModule, JSON.stringify(job)] }),
  };
}

/** How a server is started; what is compiled on the way is kept in `compileCache`. */
export function serverProcess(
  flags: readonly string[],
  compileCache: string,
): { readonly command: string; readonly args: readonly string[]; readonly environment: NodeJS.ProcessEnv } {
  return { command: process.execPath, args: [serverModule, ...flags], environment: environmentFor(compileCache) };
}

/** Without settings of whoever runs this that a server would take for its own; compiled modules are kept for its next start. */
function environmentFor(compileCache: string): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !name.startsWith("QUORATE_"));
  return { ...Object.fromEntries(kept), NODE_COMPILE_CACHE: compileCache };
}
