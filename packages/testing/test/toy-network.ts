import type { Message, NodeId } from "@quorate/raft-core";
import type { ToyTransportFlaw } from "./toy-transport-flaws.ts";
import type { ToyTransport } from "./toy-transport.ts";

export const QUEUE_BYTES_MAX: number = 2 ** 20;
export const MESSAGE_BYTES_MAX: number = 2 ** 18;

export interface Letter {
  readonly from: ToyTransport;
  readonly message: Message;
}

export const sizeOf = (message: Message): number =>
  message.type === "append-entries" ? 100 + message.entries.reduce((bytes, entry) => bytes + entry.sizeBytes, 0) : 100;

/** One network of toys: letters lie at their address until time goes by. */
export class ToyNetwork {
  readonly flaw: ToyTransportFlaw;
  readonly nodes = new Map<string, ToyTransport>();
  readonly stalled = new Set<string>();
  readonly undelivered = new Map<string, Letter[]>();
  /** The last heartbeat of each node that is gone. */
  readonly lastWords = new Map<NodeId, Message>();
  readonly served = new Set<string>();
  lastStarted: ToyTransport | undefined;
  resources = 0;
  addresses = 0;
  hoardedBytes = 0;

  constructor(flaw: ToyTransportFlaw) {
    this.flaw = flaw;
  }

  pass(): void {
    for (const node of new Set(this.nodes.values())) node.work();
  }

  get heldBytes(): number {
    const inboxes = [...new Set(this.nodes.values())].reduce((bytes, node) => bytes + node.inboxBytes, 0);
    return inboxes + this.hoardedBytes;
  }

  isStalled(address: string): boolean {
    return this.flaw === "one stall stops all" ? this.stalled.size > 0 : this.stalled.has(address);
  }
}
