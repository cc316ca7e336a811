import { Entry, type Membership, type Message, type NodeId, encodeMembership, foundedBy } from "../../src/index.ts";
import { isQuorum } from "../../src/quorum.ts";
import { Ghost } from "./ghost.ts";
import { Operator } from "./operator.ts";
import { SimulatedNode, type World } from "./node.ts";
import { Dice } from "./random.ts";

interface Packet {
  readonly from: NodeId;
  readonly to: NodeId;
  readonly message: Message;
}

export interface FuzzOptions {
  readonly seed: number;
  readonly nodes: number;
  readonly steps: number;
  readonly preVote?: boolean;
  readonly checkQuorum?: boolean;
  /** So many more nodes, which join and leave; the lead is handed over, and disks are lost. */
  readonly spares?: number;
  readonly leaseDriftMax?: number;
}

export interface FuzzReport {
  readonly commits: number;
  readonly elections: number;
  readonly reads: number;
  readonly snapshotsInstalled: number;
  readonly membersChanged: number;
  readonly transferred: number;
  readonly wiped: number;
}

/** Cores on simulated disks, network and time. Everything that happens is drawn from the seed. */
class Cluster implements World {
  readonly #dice: Dice;
  readonly #nodes: readonly SimulatedNode[];
  readonly ghost: Ghost = new Ghost();
  readonly options: World["options"];
  #packets: Packet[] = [];
  #cut = new Set<string>();
  #timeMs = 0;
  #faults = true;
  readonly #operator: Operator | undefined;

  constructor(fuzz: FuzzOptions) {
    this.#dice = new Dice(fuzz.seed);
    const { preVote = true, checkQuorum = true, leaseDriftMax, spares = 0 } = fuzz;
    const small = { appendBytesMax: 90, inflightMessagesMax: 3, tailBytesMax: 300, trailingEntries: 3 };
    this.options = {
      ...{ random: this.#dice, preVote, checkQuorum, ...small },
      ...(leaseDriftMax !== undefined && { leaseDriftMax }),
      catchUpTimeoutMs: 1000,
    };
    const members = Array.from({ length: fuzz.nodes }, (_, at) => ({ id: `n${at + 1}`, address: "" }));
    const genesis = new Entry(1, 0, "membership", encodeMembership(foundedBy(members)));
    const others = Array.from({ length: spares }, (_, at) => `n${fuzz.nodes + at + 1}`);
    this.#nodes = [
      ...members.map(({ id }) => new SimulatedNode(id, genesis, this)),
      ...others.map((id) => new SimulatedNode(id, undefined, this)),
    ];
    if (spares > 0) this.#operator = new Operator(this.#nodes, this.#dice, genesis);
    for (const node of this.#nodes) node.start();
  }

  readonly nowMs = (): number => this.#timeMs;

  send(from: NodeId, to: NodeId, message: Message): void {
    this.#packets.push({ from, to, message });
  }

  isSafe(index: number, term: number, membership: Membership): boolean {
    const holders = this.#nodes.filter((node) => node.disk.hasHeld({ index, term })).map(({ id }) => id);
    return isQuorum(membership, (id) => holders.includes(id));
  }

  run(steps: number): FuzzReport {
    for (let step = 0; step < steps; step += 1) this.#step();
    this.#heal();
    const sum = (count: (node: SimulatedNode) => number): number =>
      this.#nodes.reduce((total, node) => total + count(node), 0);
    return {
      commits: this.ghost.highestCommitted,
      elections: this.ghost.elections,
      reads: sum((node) => node.readsDone),
      snapshotsInstalled: sum((node) => node.snapshotsInstalled),
      membersChanged: sum((node) => node.membersChanged),
      transferred: sum((node) => node.transferred),
      wiped: this.#operator?.wiped ?? 0,
    };
  }

  #step(): void {
    const dice = this.#dice;
    const node = dice.pick(this.#nodes);
    if (this.#operator !== undefined && dice.chance(0.006)) this.#operator.act();
    const draw = dice.below(1000);
    if (draw < 450) this.#deliver(4);
    else if (draw < 650) node.disk.complete();
    else if (draw < 850) node.turn();
    else if (draw < 900) this.#passTime(dice.below(12));
    else if (draw < 965) node.give({ type: "propose", id: 1, commands: [this.#command()] });
    else if (draw < 985) node.read(dice.chance(0.5));
    else if (draw < 994) node.takeSnapshot();
    else this.#fault(node);
  }

  #fault(node: SimulatedNode): void {
    const dice = this.#dice;
    if (!this.#faults) return;
    if (node.raft === undefined) node.start();
    else if (dice.chance(0.25)) node.crash(dice.next());
    else if (dice.chance(0.4)) this.#cut.clear();
    else this.#cut.add(`${node.id}>${dice.pick(this.#nodes).id}`);
  }

  #command(): Uint8Array {
    return Uint8Array.from({ length: 1 + this.#dice.below(40) }, () => this.#dice.below(256));
  }

  #passTime(ms: number): void {
    this.#timeMs += ms;
    for (const node of this.#nodes) {
      if (this.#timeMs >= (node.raft?.deadlineMs ?? Infinity)) node.give({ type: "tick" });
    }
  }

  #deliver(most: number): void {
    for (let count = Math.min(most, this.#packets.length); count > 0; count -= 1) this.#deliverOne();
  }

  #deliverOne(): void {
    const dice = this.#dice;
    const at = dice.chance(0.8) ? 0 : dice.below(this.#packets.length);
    const packet = this.#packets[at];
    if (packet === undefined) return;
    const isRepeated = this.#faults && dice.chance(0.03);
    if (!isRepeated) this.#packets.splice(at, 1);
    if (this.#cut.has(`${packet.from}>${packet.to}`) || (this.#faults && dice.chance(0.03))) return;
    const node = this.#nodes.find((each) => each.id === packet.to);
    node?.give({ type: "message", from: packet.from, message: packet.message });
    if (dice.chance(0.7)) node?.turn();
  }

  /** The faults stop: the cluster must elect a leader, commit something new, and every node must apply it. */
  #heal(): void {
    this.#faults = false;
    this.#cut.clear();
    for (const node of this.#nodes) if (node.raft === undefined) node.start();
    const goal = this.ghost.highestCommitted + 3;
    for (let round = 0; round < 4000; round += 1) {
      this.#passTime(5);
      for (const node of this.#nodes) {
        if (this.#dice.chance(0.2)) node.give({ type: "propose", id: 1, commands: [this.#command()] });
        node.turn();
        while (node.disk.queue.length > 0) node.disk.complete();
        if (node.hasWork) node.turn();
      }
      this.#deliver(Infinity);
      const members = this.#operator === undefined ? this.#nodes : this.#operator.settle();
      if (members.length > 0 && members.every((node) => node.applied >= goal && node.openRequests === 0)) return;
    }
    for (const n of this.#nodes)
      console.log(
        n.id,
        JSON.stringify(n.raft?.membership),
        n.raft?.membership && JSON.stringify(n.disk.hardState),
        n.raft?.lastIndex,
        n.raft?.commitIndex,
        n.raft?.isForgotten,
        n.openRequests,
        n.disk.entries
          .slice(-4)
          .map((e) => e.index + "/" + e.term + e.kind)
          .join(" "),
      );
    const seen = this.#nodes.map(({ id, raft, applied }) => `${id} ${raft?.role} ${raft?.term} applied ${applied}`);
    throw new Error(`not live after healing: ${seen.join(", ")}; goal ${goal}`);
  }
}

export function fuzz(options: FuzzOptions): FuzzReport {
  return new Cluster(options).run(options.steps);
}
