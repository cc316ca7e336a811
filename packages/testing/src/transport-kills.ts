import type { Message, NodeId, Random } from "@quorate/raft-core";
import { check, equal } from "./check.ts";
import type { Bench, BenchNode } from "./transport-bench.ts";
import type { TransportMedium } from "./transport-medium.ts";
import { numberOf, numbered, weighty } from "./transport-samples.ts";

const BURST = 200;
/** Every so many bursts a node is killed. */
const KILL_EVERY = 12;
const NODES = ["a", "b"] as const;

type Name = (typeof NODES)[number];

/** Two nodes that send to each other without a break, and are killed again and again. */
export class Kills {
  readonly #bench: Bench;
  readonly #medium: TransportMedium;
  readonly #random: Random;
  readonly #nodes: Record<Name, BenchNode>;
  /** How often each was started; its messages say so in their term. */
  readonly #lives: Record<Name, number> = { a: 1, b: 1 };
  readonly #arrived: Record<Name, Set<number>> = { a: new Set(), b: new Set() };
  #sent = 0;

  private constructor(bench: Bench, medium: TransportMedium, random: Random, nodes: Record<Name, BenchNode>) {
    this.#bench = bench;
    this.#medium = medium;
    this.#random = random;
    this.#nodes = nodes;
  }

  static async begin(bench: Bench, medium: TransportMedium, random: Random): Promise<Kills> {
    const [a, b] = await bench.cluster(...NODES);
    return new Kills(bench, medium, random, { a, b });
  }

  /** Sends so many messages both ways, and checks what arrives of them. */
  async carry(messages: number): Promise<void> {
    for (let burst = 1; this.#sent < messages; burst += 1) {
      for (let at = 0; at < BURST; at += 1) this.#send(this.#random.next() < 0.5 ? "a" : "b");
      if (this.#random.next() < 0.9) await this.#bench.place.pass();
      this.#take();
      if (burst % KILL_EVERY === 0) await this.#kill();
    }
    await this.#bench.settle();
    this.#take();
    const arrived = this.#arrived.a.size + this.#arrived.b.size;
    check(arrived > messages / 10, `only ${arrived} of ${messages} messages arrived`);
  }

  #send(from: Name): void {
    this.#sent += 1;
    const to = from === "a" ? "b" : "a";
    this.#nodes[from].transport.send(to, messageOf(this.#sent, this.#lives[from]));
  }

  /** One of the two, or every connection in the middle of what it carries. */
  async #kill(): Promise<void> {
    const { place } = this.#bench;
    const draw = this.#random.next();
    if (draw < 0.3 && place.sever !== undefined) place.sever();
    else await this.#restart(draw < 0.65 ? "a" : "b");
    await this.#bench.linked(this.#nodes.a, this.#nodes.b);
    await this.#bench.linked(this.#nodes.b, this.#nodes.a);
  }

  async #restart(name: Name): Promise<void> {
    const old = this.#nodes[name];
    await old.transport.close();
    this.#take();
    const node = await this.#bench.open(name, this.#medium.addresses ? { address: old.address } : {});
    this.#nodes[name] = node;
    this.#lives[name] += 1;
    node.start();
    node.knows(this.#nodes.a, this.#nodes.b);
  }

  /** Checks what has come in, and lets go of it. */
  #take(): void {
    for (const to of NODES) {
      const from = to === "a" ? "b" : "a";
      const latest = new Map<number, number>();
      for (const { from: sender, message } of this.#nodes[to].received.splice(0)) {
        const number = this.#check(message, sender, from);
        check(!this.#arrived[to].has(number), `message ${number} from ${from} arrived twice`);
        this.#arrived[to].add(number);
        const before = latest.get(message.term) ?? 0;
        check(!this.#medium.ordered || number > before, `message ${number} from ${from} arrived after ${before}`);
        latest.set(message.term, number);
      }
    }
  }

  /** The message must be one that was sent. */
  #check(message: Message, sender: NodeId, from: Name): number {
    const number = numberOf(message) ?? 0;
    equal(sender, from, `the sender of message ${number}`);
    check(number >= 1 && number <= this.#sent, `message ${number} was never sent`);
    equal(message, messageOf(number, message.term), `message ${number}`);
    check(message.term <= this.#lives[from], `message ${number} is from life ${message.term} of ${from}`);
    return number;
  }
}

/** The message of this number, from this life of its sender: mostly small, now and then some kilobytes. */
function messageOf(number: number, life: number): Message {
  const message = number % 20 === 0 ? weighty(number, (number * 7919) % 5000) : numbered(number);
  return { ...message, term: life };
}
