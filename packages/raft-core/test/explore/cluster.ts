import type { Bounds } from "./bounds.ts";
import {
  argumentOf,
  change,
  crash,
  deliver,
  duplicate,
  kindOf,
  nodeOf,
  propose,
  type Step,
  stepOf,
  tick,
  unreachable,
  written,
} from "./step.ts";
import { messageText } from "../harness/render.ts";
import type { Facts, World } from "./world.ts";

/** A cluster that takes one step after the other, and can say in words what it does. */
export class Cluster {
  readonly #world: World;
  /** The numbers of the nodes' states, and of the packets under way. */
  readonly locals: number[];
  packets: number[] = [];

  constructor(world: World) {
    this.#world = world;
    this.locals = world.ids.map((id) => world.newNode(id));
  }

  take(step: Step): void {
    const [kind, node, argument] = [kindOf(step), nodeOf(step), argumentOf(step)];
    const world = this.#world;
    const result = world.resultOf(this.#localOf(node), kind === duplicate ? deliver : kind, argument);
    const outcome = world.outcomes.at(result);
    if (outcome >= 0) this.locals[node] = outcome;
    const at = kind === deliver ? this.packets.indexOf(argument) : -1;
    if (at >= 0) this.packets.splice(at, 1);
    for (let at = world.sentFrom.at(result); at < world.sentFrom.at(result + 1); at += 1) {
      this.packets.push(world.sent.at(at));
    }
  }

  factsOf(node: number): Facts {
    return this.#world.factsOf(this.#localOf(node));
  }

  /** A write under way, of one of the nodes given. */
  writing(nodes: readonly number[] = [...this.locals.keys()]): Step | undefined {
    const node = nodes.find((each) => this.factsOf(each).writes > 0);
    return node === undefined ? undefined : stepOf(written, node, 0);
  }

  /** The oldest delivery between two of the nodes given. */
  carrying(nodes: readonly number[] = [...this.locals.keys()]): Step | undefined {
    const { ids, packets, receivers } = this.#world;
    const among = (packet: number): boolean =>
      nodes.includes(receivers.at(packet)) && nodes.includes(ids.indexOf(packets.at(packet).from));
    const packet = this.packets.find(among);
    return packet === undefined ? undefined : stepOf(deliver, this.#world.receivers.at(packet), packet);
  }

  /** What the step does, in words. */
  say(step: Step): string {
    const { ids, packets } = this.#world;
    const [node, argument] = [nodeOf(step), argumentOf(step)];
    const id = ids[node];
    const facts = this.factsOf(node);
    switch (kindOf(step)) {
      case tick:
        return facts.leads ? `${id} sends heartbeats in term ${facts.term}` : `${id} times out in term ${facts.term}`;
      case change:
        return `${id} is to change the members in term ${facts.term}`;
      case propose:
        return `${id} takes a command in term ${facts.term}`;
      case unreachable:
        return `${id} hears that it cannot reach ${ids[argument]}`;
      case written:
        return `a write of ${id} is durable`;
      case crash: {
        const { whole, part } = facts.cuts[argument] ?? { whole: 0, part: undefined };
        const some = typeof part === "object" ? ` and of the next the hard state and ${part.entries} entries` : "";
        return `${id} crashes with ${whole} of its ${facts.writes} writes under way durable${some}, and restarts`;
      }
      default: {
        const { from, message } = packets.at(argument);
        // No message is of term 0: this one stands for any request whose term is over.
        if (message.term === 0) return `${id} hears from ${from} a request of an earlier term`;
        const again = kindOf(step) === duplicate ? " (it will arrive again)" : "";
        return `${id} hears from ${from}: ${messageText(message)}${again}`;
      }
    }
  }

  #localOf(node: number): number {
    return this.locals[node] ?? 0;
  }
}

/** What has happened before the exploration begins, step by step; each is to be taken before the next is asked for. */
export function* beginning(cluster: Cluster, start: Bounds["start"]): Generator<Step> {
  yield stepOf(tick, 0, 0);
  if (start === "elected") {
    yield* untilElected(cluster);
    return;
  }
  yield* untilQuiet(cluster);
  // The second round of heartbeats tells the followers what is committed.
  for (const _ of [1, 2]) {
    yield stepOf(tick, 0, 0);
    yield* untilQuiet(cluster);
  }
}

/** The writes of n1 and n2, and what they say to one another. */
function* untilElected(cluster: Cluster): Generator<Step> {
  while (!cluster.factsOf(0).leads) {
    const step = cluster.writing([0, 1]) ?? cluster.carrying([0, 1]);
    if (step === undefined) throw new Error("n1 is not elected");
    yield step;
  }
}

function* untilQuiet(cluster: Cluster): Generator<Step> {
  for (;;) {
    const step = cluster.writing() ?? cluster.carrying();
    if (step === undefined) return;
    yield step;
  }
}
