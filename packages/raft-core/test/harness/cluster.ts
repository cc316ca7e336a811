import type { Effect, Input, Membership, Message, NodeId } from "../../src/index.ts";
import { LoneNode, type LoneNodeOptions } from "./lone-node.ts";
import { effectLine, inputLine } from "./render.ts";

interface Packet {
  readonly from: NodeId;
  readonly to: NodeId;
  readonly message: Message;
}

export const CHUNK_BYTES = 10;

/** Where in the range each node's election timeout lies: n1 is the quickest, so that elections are predictable. */
const DRAWS = [0, 0.3, 0.6, 0.8, 0.9];

/** Some nodes with instant disks, on a network that delivers in order; what happens is written down. */
export class Cluster {
  readonly #nodes = new Map<NodeId, LoneNode>();
  readonly #down = new Set<NodeId>();
  readonly #cut = new Set<string>();
  /** Put into words when they are asked for: most tests never do. */
  readonly #lines: (() => string)[] = [];
  #packets: Packet[] = [];
  nowMs = 0;

  constructor(options: readonly LoneNodeOptions[]) {
    for (const [at, each] of options.entries()) {
      const id = `n${at + 1}`;
      this.#nodes.set(id, new LoneNode({ id, random: { next: () => DRAWS[at] ?? 0.99 }, ...each }));
    }
  }

  node(id: NodeId): LoneNode {
    const node = this.#nodes.get(id);
    if (node === undefined) throw new Error(`no node ${id}`);
    return node;
  }

  get ids(): readonly NodeId[] {
    return [...this.#nodes.keys()];
  }

  /** Who leads, among those that are up, in the latest term that anyone leads. */
  get leader(): NodeId | undefined {
    const leaders = this.ids.filter((id) => !this.#down.has(id) && this.node(id).raft.role === "leader");
    return leaders.toSorted((a, b) => this.node(b).raft.term - this.node(a).raft.term)[0];
  }

  /** A heading in the transcript. */
  say(text: string): void {
    this.#lines.push(() => `\n# ${text}`);
  }

  /** Gives a node something to do, which it does. What it sends waits for `deliver`. */
  give(id: NodeId, ...inputs: readonly Input[]): readonly Effect[] {
    if (this.#down.has(id)) return [];
    const node = this.node(id);
    node.nowMs = this.nowMs;
    const effects = node.run(...inputs);
    this.#lines.push(
      ...inputs.map((input) => () => inputLine(id, input)),
      ...effects.map((effect) => () => `  ${effectLine(effect)}`),
    );
    for (const effect of effects) this.#perform(id, effect);
    return effects;
  }

  /** Delivers message after message, the oldest first, until none is left or `most` are delivered. */
  deliver(most: number = Infinity): void {
    for (let count = 0; count < 10_000; count += 1) {
      const packet = count < most ? this.#packets.shift() : undefined;
      if (packet === undefined) return;
      const { from, to, message } = packet;
      if (!this.#cut.has(`${from}>${to}`)) this.give(to, { type: "message", from, message });
    }
    throw new Error("the nodes do not come to rest");
  }

  /** Loses all that is under way. */
  lose(): void {
    this.#packets = [];
  }

  /** Lets time pass, tick by tick, and delivers whatever is sent. */
  pass(ms: number): void {
    const endMs = this.nowMs + ms;
    for (let nextMs = this.#deadlineMs(); nextMs <= endMs; nextMs = this.#deadlineMs()) {
      this.nowMs = Math.max(this.nowMs, nextMs);
      for (const id of this.ids) {
        if (!this.#down.has(id) && this.node(id).raft.deadlineMs <= this.nowMs) this.give(id, { type: "tick" });
      }
      this.deliver();
    }
    this.nowMs = endMs;
  }

  /** Cuts the one-way links between two nodes, in both directions or only from the first to the second. */
  cut(from: NodeId, to: NodeId, direction: "both" | "one-way" = "both"): void {
    this.#cut.add(`${from}>${to}`);
    if (direction === "both") this.#cut.add(`${to}>${from}`);
  }

  isolate(id: NodeId): void {
    for (const other of this.ids) if (other !== id) this.cut(id, other);
  }

  heal(): void {
    this.#cut.clear();
  }

  crash(id: NodeId): void {
    this.#lines.push(() => `${id} crashes`);
    this.#down.add(id);
    this.#packets = this.#packets.filter((packet) => packet.to !== id);
  }

  restart(id: NodeId): void {
    this.#lines.push(() => `${id} restarts`);
    this.#down.delete(id);
    this.node(id).nowMs = this.nowMs;
    this.node(id).restart();
  }

  /** Starts it with an empty disk; see `LoneNode.wipe`. */
  wipe(id: NodeId, incarnation: number, membership?: Membership): void {
    this.#lines.push(() => `${id} is wiped`);
    this.#down.delete(id);
    this.node(id).nowMs = this.nowMs;
    this.node(id).wipe(incarnation, membership);
  }

  /** Its process stands still: it loses messages, but nothing that it knows. */
  pause(id: NodeId): void {
    this.crash(id);
  }

  resume(id: NodeId): void {
    this.#lines.push(() => `${id} goes on`);
    this.#down.delete(id);
  }

  /** Everything that happened since the last call, one line for each input and effect. */
  transcript(): string {
    const lines = this.#lines.splice(0).map((line) => line());
    return `${lines.join("\n").trim()}\n`;
  }

  #deadlineMs(): number {
    const up = this.ids.filter((id) => !this.#down.has(id));
    return Math.min(...up.map((id) => this.node(id).raft.deadlineMs));
  }

  #perform(from: NodeId, effect: Effect): void {
    if (effect.type === "send") this.#packets.push({ from, to: effect.to, message: effect.message });
    if (effect.type === "send-chunk") {
      const { to, term, snapshot, offsetBytes } = effect;
      const data = new Uint8Array(Math.min(CHUNK_BYTES, snapshot.sizeBytes - offsetBytes));
      this.#packets.push({ from, to, message: { type: "install-snapshot", term, snapshot, offsetBytes, data } });
    }
    if (effect.type === "receive-chunk") {
      const { from: sender, snapshot } = effect;
      const nextOffsetBytes = effect.offsetBytes + effect.data.length;
      if (nextOffsetBytes < snapshot.sizeBytes) {
        this.give(from, { type: "chunk-received", from: sender, snapshot, nextOffsetBytes });
      } else this.give(from, { type: "snapshot-received", from: sender, snapshot });
    }
  }
}
