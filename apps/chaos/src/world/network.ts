import { hubAddress, nodeAddress, numberOf, pairAddress, prefixLength } from "./addresses.ts";
import { runCommand } from "./run-command.ts";

/** From one node to another. */
export type Direction = readonly [from: string, to: string];

const table = "quorate_chaos";

/** What leaves the hub or comes to it is dropped where its two addresses are in the set. */
const rules = `
table ip ${table} {
  set cut { type ipv4_addr . ipv4_addr; }
  chain arriving { type filter hook input priority 0; ip saddr . ip daddr @cut drop; }
  chain leaving { type filter hook output priority 0; ip saddr . ip daddr @cut drop; }
}
`;

/**
 * A network namespace for each node, all on one bridge, in the namespace of this process. Between two nodes every packet
 * passes the hub, where a direction can be cut: nothing is answered then, as if the wire were out.
 */
export class Network {
  /** How many faults have cut each direction. */
  readonly #cuts = new Map<string, number>();
  #last: Promise<unknown> = Promise.resolve();

  private constructor() {}

  /** Changes this process's own network and mounts: for a process in namespaces that were made for it. */
  static async create(ids: readonly string[], options: { readonly canCut: boolean }): Promise<Network> {
    // What is named under /run/netns is seen by this mount namespace only, and gone with it.
    await runCommand("mount", ["-t", "tmpfs", "tmpfs", "/run"]);
    const pairs = ids.flatMap((a, i) => ids.slice(i + 1).map((b) => pairAddress(numberOf(a), numberOf(b))));
    await runCommand("ip", ["-batch", "-"], { input: hubCommands(ids, [hubAddress, ...pairs]) });
    await Promise.all(ids.map((id) => runCommand("ip", ["-n", id, "-batch", "-"], { input: nodeCommands(id) })));
    if (options.canCut) await runCommand("nft", ["-f", "-"], { input: rules });
    return new Network();
  }

  /** The command line that runs another one in a node's network. */
  static within(id: string): readonly [command: string, ...args: string[]] {
    return ["nsenter", `--net=/run/netns/${id}`];
  }

  /** Drops what goes in these directions, all from one moment on, until each was mended as often as it was cut. */
  async cut(directions: readonly Direction[]): Promise<void> {
    await this.#count(directions, 1);
  }

  async mend(directions: readonly Direction[]): Promise<void> {
    await this.#count(directions, -1);
  }

  async #count(directions: readonly Direction[], by: 1 | -1): Promise<void> {
    const changed = directions.filter((direction) => {
      const name = direction.join(" ");
      const before = this.#cuts.get(name) ?? 0;
      this.#cuts.set(name, before + by);
      return by === 1 ? before === 0 : before === 1;
    });
    if (changed.length === 0) return;
    const elements = changed.map(([from, to]) => elementsOf(numberOf(from), numberOf(to))).join(", ");
    const command = `${by === 1 ? "add" : "delete"} element ip ${table} cut { ${elements} }`;
    // In the order in which they were asked for.
    const done = this.#last.then(() => runCommand("nft", ["-f", "-"], { input: command }));
    this.#last = done.catch(() => undefined);
    await done;
  }
}

/** The pair of addresses on either side of the hub. */
function elementsOf(from: number, to: number): string {
  const pair = pairAddress(from, to);
  return `${nodeAddress(from)} . ${pair}, ${pair} . ${nodeAddress(to)}`;
}

function hubCommands(ids: readonly string[], addresses: readonly string[]): string {
  return [
    "link set lo up",
    "link add hub type bridge",
    "link set hub up",
    ...addresses.map((address) => `address add ${address}/${prefixLength} dev hub`),
    ...ids.flatMap((id) => [
      `netns add ${id}`,
      `link add ${id} type veth peer name eth0 netns ${id}`,
      `link set ${id} master hub up`,
    ]),
  ].join("\n");
}

/** In the namespace of a node. */
function nodeCommands(id: string): string {
  const address = `${nodeAddress(numberOf(id))}/${prefixLength}`;
  return ["link set lo up", `address add ${address} dev eth0`, "link set eth0 up"].join("\n");
}
