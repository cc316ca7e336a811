import { kinds } from "../plan/fault.ts";
import type { Kind } from "../plan/fault.ts";
import { enclosed } from "./enclosure.ts";
import { CommandError, runCommand } from "./run-command.ts";

/** What a run cannot do without. */
const basis = [
  "mount -t tmpfs tmpfs /run",
  "ip link set lo up",
  "ip link add q0 type bridge",
  "ip netns add q1",
  "ip link add q1 type veth peer name q2 netns q1",
  "nsenter --net=/run/netns/q1 true",
];

/** What some kinds need besides, and what is said where it is not there. */
const needs: Readonly<Partial<Record<Kind, readonly [script: string, remedy: string]>>> = {
  partition: ["nft add table ip q", "nftables is needed (Debian: apt-get install nftables)"],
  oneway: ["nft add table ip q", "nftables is needed (Debian: apt-get install nftables)"],
  slowdisk: ["strace -f -qq -e trace=none true", "strace is needed (Debian: apt-get install strace)"],
  fsync: ["strace -f -qq -e trace=none true", "strace is needed (Debian: apt-get install strace)"],
  diskfull: ["mount -t tmpfs -o size=1048576 tmpfs /run", "a tmpfs must be allowed to be mounted"],
};

/** Kinds that are done to what is between two nodes. */
const betweenNodes: readonly Kind[] = ["partition", "oneway", "slow", "lossy", "halfopen"];

/** What cannot be done to a cluster of so many nodes, wherever it runs. */
export function pointlessFor(nodes: number): Capabilities["leftOut"] {
  if (nodes > 1) return [];
  return [
    ...betweenNodes.map((kind) => ({ kind, reason: "a single node has no links" })),
    { kind: "members", reason: "a single node is all the members that there are" },
  ];
}

export interface Capabilities {
  /** Why no run is possible at all; undefined where one is. */
  readonly obstacle?: string | undefined;
  readonly leftOut: readonly { readonly kind: Kind; readonly reason: string }[];
}

/** Tries what a run needs of this machine, in namespaces that are gone when this resolves. */
export async function probeCapabilities(): Promise<Capabilities> {
  if (process.platform !== "linux") return { obstacle: "network namespaces need Linux", leftOut: [] };
  const obstacle = await failureOf(basis.join(" && "));
  if (obstacle !== undefined) {
    return { obstacle: `namespaces for network, mounts and processes cannot be made here: ${obstacle}`, leftOut: [] };
  }
  const leftOut = await Promise.all(
    kinds.map(async (kind) => {
      const need = needs[kind];
      if (need === undefined) return undefined;
      const [script, remedy] = need;
      const failure = await failureOf(script);
      return failure === undefined ? undefined : { kind, reason: `${remedy}: ${failure}` };
    }),
  );
  return { leftOut: leftOut.filter((each) => each !== undefined) };
}

async function failureOf(script: string): Promise<string | undefined> {
  const [command, ...args] = enclosed();
  try {
    await runCommand(command, [...args, "sh", "-c", script]);
    return undefined;
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    return error.reason;
  }
}
