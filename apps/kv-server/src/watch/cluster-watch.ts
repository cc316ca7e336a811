import type { ClusterEvent, ClusterMessage } from "@quorate/dashboard/report";
import type { Member, NodeId } from "@quorate/raft-core";
import { Problem } from "../http/problem.ts";
import type { Origin } from "../routes/services.ts";
import { EventLog } from "./event-log.ts";
import type { LoggedEvent } from "./event-log.ts";
import type { EventStream } from "./event-stream.ts";
import type { KnownOrigins } from "./known-origins.ts";
import type { OwnNode } from "./own-node.ts";
import type { PeerStreams } from "./peer-streams.ts";
import { Relay } from "./relay.ts";
import type { LossReason } from "./relay.ts";

/** Of clients, and as many of peers: pages do not keep other nodes from listening. */
const listenersMaxDefault = 64;

/** Of all nodes together. */
const clusterEventsMax = 1000;

export interface ClusterWatchOptions {
  readonly id: NodeId;
  readonly startedAtMs: number;
  readonly own: OwnNode;
  readonly streams: PeerStreams;
  readonly origins: KnownOrigins;
  /** All members but this node, where they are reached now. */
  readonly others: () => readonly Member[];
  /** Calls `changed` whenever `others` may have changed, until the returned function is called. */
  readonly onMembers: (changed: () => void) => () => void;
  readonly listenersMax?: number;
}

/** The cluster as this node sees it, for those who listen: its own reports and those of the others, which it relays. */
export class ClusterWatch {
  readonly #options: ClusterWatchOptions;
  readonly #streams: Readonly<Record<Origin, Set<EventStream>>> = { client: new Set(), peer: new Set() };
  /** Those of them that are told of the whole cluster. */
  readonly #cluster = new Set<EventStream>();
  /** On whose behalf the others are listened to. */
  readonly #wanted = new Set<object>();
  readonly #relays = new Map<NodeId, Relay>();
  readonly #latest = new Map<NodeId, ClusterMessage>();
  readonly #tokens = new Map<NodeId, string>();
  readonly #log: EventLog;
  readonly #met = new Set<() => void>();
  /** Whom this node did not hear when it looked last, be that now or while somebody listened before. */
  readonly #missed = new Set<NodeId>();
  #sights = 0;
  #end: (() => void) | undefined;
  #isClosed = false;

  constructor(options: ClusterWatchOptions) {
    this.#options = options;
    this.#log = new EventLog(`${options.id}.${options.startedAtMs}.all`, clusterEventsMax);
  }

  get listeners(): number {
    return this.#streams.client.size + this.#streams.peer.size;
  }

  /** Throws `OVERLOADED` where too many of that kind listen already. */
  assertRoom(kind: Origin): void {
    const { listenersMax = listenersMaxDefault } = this.#options;
    if (this.#isClosed) throw new Problem("OVERLOADED", "this node is shutting down: listen to another");
    if (this.#streams[kind].size < listenersMax) return;
    throw new Problem("OVERLOADED", `${listenersMax} listen to this node already`);
  }

  /** Tells `stream` of the cluster, from the events after `token` on, until it is closed. */
  tellCluster(stream: EventStream, token: string | undefined): void {
    this.#add(stream, "client");
    this.#want(stream);
    for (const { event, token: own } of this.#log.after(token)) stream.send({ type: "event", event }, own);
    for (const message of this.#latest.values()) stream.send(message);
    this.#cluster.add(stream);
    stream.onClose(() => {
      this.#cluster.delete(stream);
      this.#unwant(stream);
    });
  }

  /** Tells `stream`, of a client or of a peer, of this node alone. */
  tellNode(stream: EventStream, token: string | undefined, kind: Origin): void {
    this.#add(stream, kind);
    const end = this.#options.own.listen(
      {
        report: (message) => stream.send(message),
        event: ({ event, token: own }) => stream.send({ type: "event", event }, own),
      },
      token,
    );
    stream.onClose(end);
  }

  /** Resolves as soon as it is known of every other member where clients reach it, or that it is not there. */
  async meet(timeoutMs: number): Promise<void> {
    if (this.#isClosed || this.#hasMet()) return;
    const wish = {};
    const met = Promise.withResolvers<void>();
    const look = (): void => {
      if (this.#hasMet()) met.resolve();
    };
    const timer = setTimeout(() => met.resolve(), timeoutMs);
    this.#met.add(look);
    this.#want(wish);
    await met.promise;
    clearTimeout(timer);
    this.#met.delete(look);
    this.#unwant(wish);
  }

  /** Ends every stream. */
  close(): void {
    this.#isClosed = true;
    for (const stream of [...this.#streams.client, ...this.#streams.peer]) stream.close();
    this.#wanted.clear();
    this.#rest();
  }

  #hasMet(): boolean {
    const { origins, others } = this.#options;
    return others().every(({ id }) => origins.isKnown(id) || this.#latest.get(id)?.type === "unreachable");
  }

  #add(stream: EventStream, kind: Origin): void {
    this.#streams[kind].add(stream);
    stream.onClose(() => this.#streams[kind].delete(stream));
  }

  #want(who: object): void {
    this.#wanted.add(who);
    this.#end ??= this.#begin();
  }

  #unwant(who: object): void {
    this.#wanted.delete(who);
    if (this.#wanted.size === 0) this.#rest();
  }

  #begin(): () => void {
    const { own, onMembers } = this.#options;
    this.#relayMembers();
    const ends = [
      onMembers(() => this.#relayMembers()),
      own.listen(
        {
          report: (message) => this.#tell(this.#options.id, message),
          event: (logged) => this.#tellEvent(logged.event),
        },
        undefined,
      ),
    ];
    return () => {
      for (const end of ends) end();
    };
  }

  #rest(): void {
    this.#end?.();
    this.#end = undefined;
    for (const relay of this.#relays.values()) relay.close();
    this.#relays.clear();
    this.#latest.clear();
  }

  /** One relay for each of the other members, where it is now. */
  #relayMembers(): void {
    const members = this.#options.others();
    for (const [id, relay] of this.#relays) {
      if (members.some((member) => member.id === id && member.address === relay.address)) continue;
      relay.close();
      this.#relays.delete(id);
      this.#latest.delete(id);
      this.#missed.delete(id);
    }
    for (const member of members) if (!this.#relays.has(member.id)) this.#relays.set(member.id, this.#relay(member));
  }

  #relay(member: Member): Relay {
    const { id } = member;
    const { streams, origins } = this.#options;
    const begunAtMs = Date.now();
    return Relay.begin({
      ...{ member, streams, token: this.#tokens.get(id) },
      heard: (message, token) => {
        if (token !== undefined) this.#tokens.set(id, token);
        if (message.type === "event") return this.#tellEvent(message.event);
        if (message.type !== "node") return;
        origins.learn(id, message.report.clientUrl);
        this.#tell(id, message);
        if (this.#missed.delete(id)) this.#tellSight(id, "reachable", {});
      },
      lost: (reason) => this.#lost(id, reason, begunAtMs),
    });
  }

  #lost(id: NodeId, reason: LossReason, begunAtMs: number): void {
    const former = this.#latest.get(id);
    if (former?.type === "unreachable" && former.reason === reason) return;
    const since = former?.type === "unreachable" ? former.since : former === undefined ? begunAtMs : Date.now();
    this.#tell(id, { type: "unreachable", id, since, reason });
    if (this.#missed.has(id)) return;
    this.#missed.add(id);
    this.#tellSight(id, "unreachable", { reason });
  }

  #tell(id: NodeId, message: ClusterMessage): void {
    this.#latest.set(id, message);
    const text = JSON.stringify(message);
    for (const stream of this.#cluster) stream.sendText(text);
    for (const look of this.#met) look();
  }

  #tellEvent(event: ClusterEvent): void {
    const logged: LoggedEvent | undefined = this.#log.append(event);
    if (logged === undefined) return;
    for (const stream of this.#cluster) stream.send({ type: "event", event }, logged.token);
  }

  /** Whom this node hears is its own business: it is not among what it tells of itself. */
  #tellSight(node: NodeId, kind: "reachable" | "unreachable", values: Readonly<Record<string, string>>): void {
    const { id: by, startedAtMs } = this.#options;
    this.#sights += 1;
    const id = `${by}.${startedAtMs}.sight.${this.#sights}`;
    this.#tellEvent({ id, atMs: Date.now(), node, kind, values: { by, ...values } });
  }
}
