import type { Message, NodeId, Transport } from "@quorate/raft-core";
import { check } from "./check.ts";
import type { NodeOptions, TransportMedium, TransportPlace } from "./transport-medium.ts";
import { numberOf } from "./transport-samples.ts";

const PASSES_MAX = 3000;
const SETTLING_PASSES = 25;

/** What a probe looks like: a message that no case sends for its own sake. */
const PROBE: Message = { type: "read-index", term: 0, id: 777 };

const isProbe = (message: Message): boolean => message.type === "read-index" && message.id === 777;

/** A node that keeps what its transport tells it. */
export class BenchNode {
  readonly id: NodeId;
  readonly address: string;
  readonly transport: Transport;
  readonly received: { readonly from: NodeId; readonly message: Message }[] = [];
  readonly unreachable: NodeId[] = [];
  readonly probedBy: Set<NodeId> = new Set();
  /** What `receive` and `unreachable` throw, if they are to. */
  failure: Error | undefined;

  constructor(id: NodeId, address: string, transport: Transport) {
    this.id = id;
    this.address = address;
    this.transport = transport;
  }

  start(): void {
    this.transport.start({
      receive: (from, message) => {
        if (isProbe(message)) this.probedBy.add(from);
        else this.received.push({ from, message });
        if (this.failure) throw this.failure;
      },
      unreachable: (peer) => {
        this.unreachable.push(peer);
        if (this.failure) throw this.failure;
      },
    });
  }

  knows(...members: readonly BenchNode[]): void {
    this.transport.setMembers(members.map(({ id, address }) => ({ id, address })));
  }

  /** The numbers of the messages received, in order. */
  get numbers(): number[] {
    return this.received.map(({ message }) => numberOf(message) ?? Number.NaN);
  }
}

/** The nodes of one case. */
export class Bench {
  readonly place: TransportPlace;
  readonly #nodes: BenchNode[] = [];

  private constructor(place: TransportPlace) {
    this.place = place;
  }

  /** Runs a case in a place of its own, and closes whatever it leaves open. */
  static async run(medium: TransportMedium, body: (bench: Bench) => Promise<void>): Promise<void> {
    const bench = new Bench(await medium.open());
    try {
      await body(bench);
    } finally {
      await Promise.all(bench.#nodes.map((node) => node.transport.close()));
      await bench.place.close();
    }
  }

  /** Opens a node that is not started. */
  async open(id: NodeId, options?: NodeOptions): Promise<BenchNode> {
    const { transport, address } = await this.place.node(id, options);
    const node = new BenchNode(id, address, transport);
    this.#nodes.push(node);
    return node;
  }

  /** Opens and starts nodes that know one another, and waits until each can reach each. */
  async cluster<const Ids extends readonly NodeId[]>(...ids: Ids): Promise<{ [At in keyof Ids]: BenchNode }>;
  async cluster(...ids: readonly NodeId[]): Promise<readonly BenchNode[]> {
    const nodes: BenchNode[] = [];
    for (const id of ids) nodes.push(await this.open(id));
    for (const node of nodes) {
      node.start();
      node.knows(...nodes);
    }
    for (const from of nodes) for (const to of nodes) if (from !== to) await this.linked(from, to);
    return nodes;
  }

  /** Waits until messages from one node reach the other: probes until one arrives. */
  async linked(from: BenchNode, to: BenchNode): Promise<void> {
    to.probedBy.delete(from.id);
    await this.until(`node ${from.id} reaches node ${to.id}`, () => {
      from.transport.send(to.id, PROBE);
      return to.probedBy.has(from.id);
    });
  }

  /** Probes `to` until its sender is told that it cannot be reached. */
  async lost(from: BenchNode, to: NodeId): Promise<void> {
    const before = from.unreachable.length;
    await this.until(`node ${from.id} is told that node ${to} is unreachable`, () => {
      from.transport.send(to, PROBE);
      return from.unreachable.slice(before).includes(to);
    });
  }

  async until(what: string, condition: () => boolean): Promise<void> {
    for (let pass = 0; !condition(); pass += 1) {
      check(pass < PASSES_MAX, `it never came to be that ${what}`);
      await this.place.pass();
    }
  }

  /** Lets what is under way arrive. For what must *not* happen; where there is something to wait for, `until` waits. */
  async settle(): Promise<void> {
    for (let pass = 0; pass < SETTLING_PASSES; pass += 1) await this.place.pass();
  }
}
