import type { Duplex } from "node:stream";
import { Link } from "@quorate/client/protocol";
import type { LinkOwner, NodeHint, WebSocketLike, Welcome } from "@quorate/client/protocol";
import { RaftError } from "@quorate/raft-core";
import type { Member } from "@quorate/raft-core";
import { systemClock } from "@quorate/raft-node";
import { WebSocket } from "ws";
import type { AddressBook } from "../cluster/address-book.ts";
import type { Deadline } from "../cluster/deadline.ts";
import { clusterHeader, forwardedHeader } from "../cluster/forwarder.ts";
import { PeerAgent } from "../cluster/peer-agent.ts";
import { clientUrlHeader } from "../watch/peer-streams.ts";
import { Carried } from "./carried.ts";
import type { Performed } from "./performed.ts";

export interface CarrierOptions {
  readonly nodeId: string;
  readonly clusterId: string;
  readonly addresses: AddressBook;
  readonly clientUrl: () => string;
  /** A peer has said where clients reach it. */
  readonly learned: (peer: NodeHint) => void;
  /** Makes a connection to a peer; without it, plain ones are made to its address. */
  readonly connectTo?: ((peer: Member) => Promise<Duplex>) | undefined;
}

/** For the stream, which has less, and for what is said on it before the first request. */
const connectTimeoutMs = 2000;
const silenceMsMax = 3000;
const answerBytesMax = 64 * 1024 * 1024;

/** Carries commands to the leader over one connection, pipelined, at the address where its peers reach it. */
export class Carrier {
  readonly #options: CarrierOptions;
  /** All that have not ended: the current one, and those on which others are answering what they were asked. */
  readonly #roads = new Set<Road>();
  #current: Road | undefined;
  #isClosed = false;

  constructor(options: CarrierOptions) {
    this.#options = options;
  }

  /** Connects to the leader, for what is to be learned from it. */
  meet(to: Member): void {
    const peer = this.#options.addresses.current(to);
    if (peer.address !== "" && !this.#isClosed) this.#roadTo(peer);
  }

  /**
   * Resolves with what the leader has answered. Rejects with a refusal (`NO_LEADER`, `TRANSFERRING`) where it was
   * certainly not done and may be tried again, with `OUTCOME_UNKNOWN` once it may have left, else with the leader's Problem.
   */
  send(to: Member, deadline: Deadline, command: Uint8Array): Promise<Performed> {
    const peer = this.#options.addresses.current(to);
    if (this.#isClosed) return Promise.reject(new RaftError("CLOSED", "this node is shutting down: ask another"));
    if (peer.address === "") {
      return Promise.reject(new RaftError("NO_LEADER", `nobody here knows where the leader ${peer.id} is`));
    }
    const carried = new Carried(command, deadline, peer);
    this.#roadTo(peer).take(carried);
    return carried.promise;
  }

  close(): void {
    this.#isClosed = true;
    for (const road of this.#roads) road.close();
  }

  #roadTo(peer: Member): Road {
    // Who is at an address may be another than before: a connection is to a node that has proved to be the one.
    const current = this.#current;
    if (current?.peer.id === peer.id && current.peer.address === peer.address) return current;
    // Who led before may still answer what it was asked. If it leads again, that is on another connection.
    current?.drain();
    const road: Road = new Road(this.#options, peer, {
      leaving: () => this.#leave(road),
      ended: () => {
        this.#roads.delete(road);
        this.#leave(road);
      },
    });
    this.#roads.add(road);
    this.#current = road;
    return road;
  }

  #leave(road: Road): void {
    if (this.#current === road) this.#current = undefined;
  }
}

interface RoadEvents {
  /** It takes no more. */
  readonly leaving: () => void;
  readonly ended: () => void;
}

/** The connection to one peer, and what waits until it is made. */
class Road implements LinkOwner {
  readonly #options: CarrierOptions;
  readonly peer: Member;
  readonly #events: RoadEvents;
  readonly #link: Link;
  readonly #waiting: Carried[] = [];

  constructor(options: CarrierOptions, peer: Member, events: RoadEvents) {
    this.#options = options;
    this.peer = peer;
    this.#events = events;
    const { nodeId, clusterId, clientUrl, connectTo } = options;
    const headers = { [forwardedHeader]: nodeId, [clusterHeader]: clusterId, [clientUrlHeader]: clientUrl() };
    this.#link = new Link({
      url: `ws://${peer.address}/v1/ws`,
      dial: (url, subprotocol): WebSocketLike =>
        new WebSocket(url, subprotocol, {
          ...{ headers, perMessageDeflate: false, maxPayload: answerBytesMax },
          ...(connectTo && { agent: new PeerAgent(() => connectTo(peer)) }),
        }),
      clock: systemClock,
      clientId: nodeId,
      ...{ connectTimeoutMs, silenceMsMax, owner: this },
    });
  }

  take(carried: Carried): void {
    // It has been told that it was not done.
    if (carried.isSettled) return;
    if (this.#link.hasRoom) {
      carried.isSent = true;
      this.#link.send(carried);
    } else if (this.#link.welcome === undefined) this.#waiting.push(carried);
    else carried.refuse(new RaftError("OVERLOADED", "more is under way to the leader than it takes from this node"));
  }

  drain(): void {
    this.#link.drain();
  }

  close(): void {
    this.#link.close("this node is shutting down");
  }

  welcomed(_link: Link, { nodeId, cluster }: Welcome): void {
    for (const member of cluster.members) if (member.id === nodeId) this.#options.learned(member);
    for (const carried of this.#waiting.splice(0)) this.take(carried);
  }

  told(): void {
    // Who leads a node hears from Raft.
  }

  answered(): void {
    // Nobody waits for room here: what finds none is refused.
  }

  leaving(): void {
    this.#events.leaving();
  }

  ended(_link: Link, reason: string): void {
    this.#events.ended();
    for (const carried of this.#waiting.splice(0)) carried.lost(reason, false);
  }
}
