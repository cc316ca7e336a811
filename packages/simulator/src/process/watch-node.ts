import type { Role } from "@quorate/raft-core";
import type { NodeFailure } from "@quorate/raft-node";
import type { NodeRecord } from "../invariants/node-record.ts";
import type { Incarnation } from "./incarnation.ts";
import type { Opened } from "./open-node.ts";
import type { World } from "./world.ts";

export interface WatchOptions {
  readonly world: World;
  readonly record: NodeRecord;
  readonly incarnation: Incarnation;
  role(role: Role): void;
  failed(failure: NodeFailure): void;
}

/** Hears what a node tells about itself, for as long as it lives. */
export function watchNode({ node, machine }: Opened, options: WatchOptions): void {
  const { world, record, incarnation } = options;
  const { checks, knowledge, trace } = world;
  const { id } = record;
  node.on("role", ({ role, term }) => {
    if (!incarnation.alive) return;
    trace.note("role", { node: id, role, term });
    checks.elections.role(record, role, term);
    options.role(role);
  });
  node.on("commit", ({ index }) => {
    if (!incarnation.alive) return;
    trace.note("commit", { node: id, index });
    record.commitToCheck = Math.max(record.commitToCheck, index);
  });
  node.on("snapshot", ({ snapshot: { index, term }, origin }) => {
    if (!incarnation.alive) return;
    trace.note("snapshot", { node: id, index, term, origin });
    knowledge.statistics.counts[origin === "taken" ? "snapshotsTaken" : "snapshotsInstalled"] += 1;
    if (origin === "installed") checks.machines.restored(record, index, machine.digest());
  });
  node.on("forgotten", () => {
    if (incarnation.alive) knowledge.marks.reach("wiped node noticed");
  });
  node.on("failed", (failure) => {
    if (incarnation.alive) options.failed(failure);
  });
}
