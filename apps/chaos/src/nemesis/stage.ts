import type { StruckProcess } from "../check/record.ts";
import type { Node } from "../nodes/node.ts";
import { LEADER } from "../plan/fault.ts";
import type { Kind, Target } from "../plan/fault.ts";
import type { Link } from "../world/link.ts";
import type { Network } from "../world/network.ts";
import { pauseUnless } from "../world/pause-unless.ts";
import type { SmallDisk } from "../world/small-disk.ts";
import type { Ledger } from "./ledger.ts";

/** How long a fault waits for a node that it can be done to. */
const patienceMs = 3000;
const pollMs = 100;

/** What faults are done to. */
export interface Ground {
  readonly nodes: readonly Node[];
  readonly network: Network;
  readonly links: readonly Link[];
  /** By the node's id. */
  readonly disks: ReadonlyMap<string, SmallDisk>;
}

export interface World extends Ground {
  /** Who leads now, as far as is known. */
  leader(): string | undefined;
  /** How long a process may go on whose log has failed. */
  readonly giveUpMsMax: number;
}

/** One fault's view of the run: whom it hits, how long it lasts, and what it has to tell. */
export class Stage {
  readonly world: World;
  readonly #kind: Kind;
  readonly #ledger: Ledger;
  /** Aborted when everything is to heal. */
  readonly healing: AbortSignal;

  constructor(world: World, kind: Kind, ledger: Ledger, healing: AbortSignal) {
    this.world = world;
    this.#kind = kind;
    this.#ledger = ledger;
    this.healing = healing;
  }

  /**
   * The nodes that are meant: the leader where it is preferred and eligible, else the node that is named, else the next
   * one in order that is eligible; none twice. Fewer than there are targets, or none, where there are no more.
   */
  resolve(targets: readonly Target[], isEligible: (node: Node) => boolean = () => true): readonly Node[] {
    const { nodes } = this.world;
    const chosen: Node[] = [];
    const leader = nodes.find((node) => node.id === this.world.leader());
    for (const { node: id, preferred } of targets) {
      const at = nodes.findIndex((node) => node.id === id);
      const inOrder = [...nodes.slice(at), ...nodes.slice(0, at)];
      const candidates = preferred === LEADER && leader !== undefined ? [leader, ...inOrder] : inOrder;
      const found = candidates.find((node) => !chosen.includes(node) && isEligible(node));
      if (found !== undefined) chosen.push(found);
    }
    return chosen;
  }

  /** The same, but waits a while for there to be any. */
  async choose(targets: readonly Target[], isEligible: (node: Node) => boolean): Promise<readonly Node[]> {
    const endMs = performance.now() + patienceMs;
    for (;;) {
      const chosen = this.resolve(targets, isEligible);
      if (chosen.length > 0 || this.isHealing || performance.now() > endMs) return chosen;
      await this.last(pollMs);
    }
  }

  /** The links from and to these nodes. */
  linksOf(nodes: readonly Node[]): readonly Link[] {
    const ids = new Set(nodes.map((node) => node.id));
    return this.world.links.filter((link) => ids.has(link.from) || ids.has(link.to));
  }

  /** Names them, and says which one leads. */
  name(nodes: readonly Node[]): string {
    const leader = this.world.leader();
    return nodes.map(({ id }) => (id === leader ? `${id} (leader)` : id)).join(", ");
  }

  /** The fault is really there. */
  installed(text: string): void {
    this.#ledger.installed(this.#kind);
    this.tell(text);
  }

  /** Keeps what became of a process whose calls failed. */
  struck(process: StruckProcess): void {
    this.#ledger.struck.push(process);
  }

  /** Milliseconds since the start of the run. */
  get nowMs(): number {
    return Math.round(this.#ledger.nowMs);
  }

  tell(text: string): void {
    this.#ledger.tell(this.#kind, text);
  }

  /** Everything is to heal now. */
  get isHealing(): boolean {
    return this.healing.aborted;
  }

  /** Waits for so long, or until everything is to heal. */
  async last(ms: number): Promise<void> {
    await pauseUnless(this.healing, ms);
  }
}

export function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
