import type { NodeId, Transport } from "@quorate/raft-core";

/** What a transport promises beyond the port. What it does not, the suite lists as cases that do not apply. */
export interface TransportCapabilities {
  /** Messages from one node to another arrive in the order in which they were sent. */
  readonly ordered: boolean;
  /** What a node receives shares no memory with what the other one sent. */
  readonly copies: boolean;
  /** Nodes have addresses: a node may come back at another one, and two may claim one id. */
  readonly addresses: boolean;
  /** Nodes of another cluster are recognised and refused. */
  readonly clusters: boolean;
  /** The largest message that is sent. Absent: there is no limit. */
  readonly messageBytesMax?: number;
  /** What may wait, in all, for a peer that is up and does not read. */
  readonly queueBytesMax: number;
  /** What may wait for a peer that is not there. */
  readonly deadQueueBytesMax: number;
  /** What goes when more wants to wait. */
  readonly overflow: "drops-oldest" | "drops-newest";
}

/** A kind of transport, as it is put under test. */
export interface TransportMedium extends TransportCapabilities {
  /** What T09 sends to a peer that does not read; 100 MiB if absent. It must exceed `queueBytesMax` by far. */
  readonly floodBytes?: number;
  /** How many messages T27, the case with the kills, sends; 100,000 if absent. */
  readonly messages?: number;

  /** A place with no nodes, for one case. */
  open(): Promise<TransportPlace>;
}

export interface NodeOptions {
  /** By default the same for every node of the place. */
  readonly clusterId?: string;
  /** Where to listen; an `address` that the place gave out earlier. By default a new one. */
  readonly address?: string;
}

export interface OpenedTransport {
  readonly transport: Transport;
  readonly address: string;
}

export interface TransportPlace {
  /** Opens a transport for the node `id`, not started. */
  node(id: NodeId, options?: NodeOptions): Promise<OpenedTransport>;

  /** Lets a little time go by, at most some milliseconds: the suite's only way to wait. */
  pass(): Promise<void>;

  /** From now on the node takes in nothing, but stays connected, until the returned function is called. */
  stall(id: NodeId): () => void;

  /** Breaks every connection, in the middle of whatever it carries. Absent: there is nothing to break. */
  sever?(): void;

  /** The bytes that this process holds in memory, garbage left out. Absent: what arrives has to tell. */
  heldBytes?(): Promise<number>;

  /** How many sockets, timers and the like this process holds. */
  resources(): number;

  /** Called when every transport is closed. */
  close(): Promise<void>;
}
