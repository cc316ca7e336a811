import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { ReadKind } from "../history/operation.ts";
import { clientPort, linkPort, nodeAddress, numberOf, pairAddress, peerPort } from "../world/addresses.ts";
import { Network } from "../world/network.ts";
import { runCommand } from "../world/run-command.ts";
import { layCredentials } from "./credentials.ts";
import { Node } from "./node.ts";
import type { NodeWatcher } from "./node.ts";
import { environmentFor, serverModule } from "./server-process.ts";

/** Small, so that logs are compacted and nodes that were away are brought up by snapshots. */
const snapshotEntries = 400;
/** How long a server may take for a request, and so how long clients wait in vain at least. */
export const requestTimeoutMs = 2000;

/** How much longer for a change of members, where somebody has to catch up. */
export const catchUpTimeoutMs = 3000;

/** All clocks are one and the same here; this is what an operator would allow for. */
const leaseDriftMax = 0.05;

export interface ClusterOptions {
  readonly watcher: NodeWatcher;
  readonly reads: ReadKind;
  /** They have certificates and a secret. */
  readonly isSecure: boolean;
}

/** The nodes of a cluster, each with a directory below `directory`, in networks that are there already. None is started. */
export async function layCluster(
  directory: string,
  ids: readonly string[],
  { watcher, reads, isSecure }: ClusterOptions,
): Promise<readonly Node[]> {
  const credentials = isSecure ? await layCredentials(join(directory, "credentials"), ids) : () => [];
  const members = ids.map((id) => `${id}=${nodeAddress(numberOf(id))}:${peerPort}`).join(",");
  const compileCache = join(directory, "compiled");
  // A process that is killed leaves nothing in that cache: one that ends by itself comes first.
  await runCommand(process.execPath, [serverModule, "--version"], { environment: environmentFor(compileCache) });
  return Promise.all(
    ids.map(async (id) => {
      const own = join(directory, id);
      await mkdir(join(own, "data"), { recursive: true });
      const host = nodeAddress(numberOf(id));
      const flags = [
        ...["--id", id, "--data", join(own, "data"), "--bootstrap", "--members", members],
        ...["--addresses", addressesFor(id, ids), "--peer-listen", `${host}:${peerPort}`],
        ...["--client-listen", `${host}:${clientPort}`, "--request-timeout-ms", String(requestTimeoutMs)],
        ...["--catch-up-timeout-ms", String(catchUpTimeoutMs)],
        ...["--snapshot-entries", String(snapshotEntries)],
        ...credentials(id),
        ...(reads === "lease" ? ["--lease-drift-max", String(leaseDriftMax)] : []),
      ];
      const options = { within: Network.within(id), flags, directory: own, compileCache };
      return new Node(id, `http://${host}:${clientPort}`, options, watcher);
    }),
  );
}

/** Where this node finds the others: at its links to them. */
function addressesFor(own: string, ids: readonly string[]): string {
  const places = ids.map((id) => {
    if (id === own) return `${id}=${nodeAddress(numberOf(id))}:${peerPort}`;
    const [from, to] = [numberOf(own), numberOf(id)];
    return `${id}=${pairAddress(from, to)}:${linkPort(from, to)}`;
  });
  return places.join(",");
}
