import { type Entry, type Message, type NodeId, assert } from "@quorate/raft-core";
import { FLOOR_TERM } from "./floor-options.ts";
import type { FloorPorts, FloorRole } from "./floor-role.ts";

/** Writes what it is sent, acknowledges it when it is durable, and applies it then: nobody takes anything back here. */
export class Follower implements FloorRole {
  readonly #ports: FloorPorts;
  #isReady = false;
  #safeIndex = 0;

  constructor(ports: FloorPorts) {
    this.#ports = ports;
  }

  get isReady(): boolean {
    return this.#isReady;
  }

  get safeIndex(): number {
    return this.#safeIndex;
  }

  receive(from: NodeId, message: Message): void {
    assert(message.type === "append-entries", `a follower got ${message.type}`);
    const { storage, failed } = this.#ports;
    this.#isReady = true;
    const { prevIndex, entries } = message;
    storage.append({ entries }).then(() => this.#acknowledge(from, prevIndex, entries), failed);
  }

  #acknowledge(to: NodeId, prevIndex: number, entries: readonly Entry[]): void {
    const matchIndex = prevIndex + entries.length;
    this.#safeIndex = Math.max(this.#safeIndex, matchIndex);
    const positions = { prevIndex, matchIndex, hintIndex: 0, hintTerm: 0 };
    this.#ports.transport.send(to, { type: "append-entries-reply", term: FLOOR_TERM, accepted: true, ...positions });
    for (const { data, index } of entries) this.#ports.apply(data, index);
  }
}
