import { cp, mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import type { ReadKind } from "../history/operation.ts";
import type { Ground } from "../nemesis/stage.ts";
import { layCluster } from "../nodes/cluster.ts";
import type { NodeWatcher } from "../nodes/node.ts";
import { nodeIds } from "../plan/plan.ts";
import type { Plan } from "../plan/plan.ts";
import { Link } from "../world/link.ts";
import { Network } from "../world/network.ts";
import { SmallDisk } from "../world/small-disk.ts";

export interface GroundOptions {
  readonly plan: Plan;
  readonly reads: ReadKind;
  /** Where the nodes' directories are made. */
  readonly directory: string;
  readonly watcher: NodeWatcher;
}

/** Networks, links, disks and nodes for a plan, in the namespaces of this process; no node is started. */
export async function layGround({ plan, reads, directory, watcher }: GroundOptions): Promise<Ground> {
  const ids = nodeIds(plan.nodes);
  const canCut = plan.kinds.some((kind) => kind === "partition" || kind === "oneway");
  const network = await Network.create(ids, { canCut });
  const nodes = await layCluster(directory, ids, { watcher, reads, isSecure: plan.isSecure });
  const pairs = ids.flatMap((from) => ids.filter((to) => to !== from).map((to) => [from, to] as const));
  const links = await Promise.all(pairs.map(([from, to]) => Link.open(from, to)));
  const small = nodes.filter(({ id }) => plan.smallDisks.includes(id));
  const disks = await Promise.all(
    small.map(async (node) => [node.id, await SmallDisk.mount(join(node.directory, "data"))] as const),
  );
  return { nodes, network, links, disks: new Map(disks) };
}

/** Ends all processes and links. What is on disks that go with this process is copied to `data-kept` beside them. */
export async function clearGround({ nodes, links, disks }: Ground, directory: string): Promise<void> {
  await Promise.all(nodes.map((node) => node.kill()));
  await Promise.all(links.map((link) => link.close()));
  await rm(join(directory, "compiled"), { recursive: true, force: true });
  for (const node of nodes) {
    const disk = disks.get(node.id);
    if (disk === undefined) continue;
    const kept = join(node.directory, "data-kept");
    await mkdir(kept, { recursive: true });
    await cp(disk.directory, kept, { recursive: true });
  }
}
