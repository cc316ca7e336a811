import { Entry, type Message, type NodeId, assert } from "@quorate/raft-core";
import { FLOOR_TERM } from "./floor-options.ts";
import type { FloorPorts, FloorRole } from "./floor-role.ts";

/** Told when a majority has the command: its index, and the store's revision with it. */
export type Answer = (index: number, revision: number) => void;

interface Waiting {
  readonly index: number;
  readonly command: Uint8Array;
  readonly answer: Answer;
}

/**
 * Numbers commands, writes those of one turn of the event loop in one append, sends them to each follower in one message,
 * and answers those that a majority has. No terms, no elections, no windows: who misses a message stays behind for good.
 */
export class Leader implements FloorRole {
  readonly #ports: FloorPorts;
  readonly #self: NodeId;
  /** How far each follower, and this node itself, has the log durably; those that have answered. */
  readonly #durable = new Map<NodeId, number>();
  readonly #followers: readonly NodeId[];
  #entries: Entry[] = [];
  /** What waits for a majority, in the order of the log. */
  readonly #waiting: Waiting[] = [];
  #lastIndex = 0;
  #safeIndex = 0;

  constructor(self: NodeId, ids: readonly NodeId[], ports: FloorPorts) {
    this.#ports = ports;
    this.#self = self;
    this.#durable.set(self, 0);
    this.#followers = ids.filter((id) => id !== self);
  }

  get isReady(): boolean {
    return this.#followers.every((id) => this.#durable.has(id));
  }

  get safeIndex(): number {
    return this.#safeIndex;
  }

  /** Asks those that have not answered yet for a sign of life. */
  greet(): void {
    for (const id of this.#followers) if (!this.#durable.has(id)) this.#send(id, 0, []);
  }

  take(command: Uint8Array, answer: Answer): void {
    this.#lastIndex += 1;
    this.#waiting.push({ index: this.#lastIndex, command, answer });
    this.#entries.push(new Entry(this.#lastIndex, FLOOR_TERM, "command", command));
    if (this.#entries.length === 1) setImmediate(() => this.#flush());
  }

  receive(from: NodeId, message: Message): void {
    assert(message.type === "append-entries-reply", `the leader got ${message.type}`);
    this.#acknowledged(from, message.matchIndex);
  }

  /** The followers' disks work while this one's does. */
  #flush(): void {
    const { storage, failed } = this.#ports;
    const entries = this.#entries;
    const lastIndex = this.#lastIndex;
    this.#entries = [];
    for (const to of this.#followers) this.#send(to, lastIndex - entries.length, entries);
    storage.append({ entries }).then(() => this.#acknowledged(this.#self, lastIndex), failed);
  }

  #send(to: NodeId, prevIndex: number, entries: readonly Entry[]): void {
    const positions = { prevIndex, prevTerm: prevIndex === 0 ? 0 : FLOOR_TERM, commitIndex: this.#safeIndex };
    this.#ports.transport.send(to, { type: "append-entries", term: FLOOR_TERM, ...positions, entries });
  }

  #acknowledged(by: NodeId, index: number): void {
    this.#durable.set(by, Math.max(this.#durable.get(by) ?? 0, index));
    const descending = [...this.#durable.values()].sort((a, b) => b - a);
    const majority = Math.floor((this.#followers.length + 1) / 2);
    this.#safeIndex = Math.max(this.#safeIndex, descending[majority] ?? 0);
    let answered = 0;
    for (const { index: waitingIndex, command, answer } of this.#waiting) {
      if (waitingIndex > this.#safeIndex) break;
      answer(waitingIndex, this.#ports.apply(command, waitingIndex));
      answered += 1;
    }
    this.#waiting.splice(0, answered);
  }
}
