import type { ClusterEvent, ClusterMessage } from "@quorate/dashboard/report";
import type { Member, NodeId } from "@quorate/raft-core";
import { EventLog } from "./event-log.ts";
import type { LoggedEvent } from "./event-log.ts";
import type { KnownOrigins } from "./known-origins.ts";
import type { OwnNode } from "./own-node.ts";
import type { PeerStreams } from "./peer-streams.ts";
import { Relay } from "./relay.ts";
import type { LossReason } from "./relay.ts";

/** Of all nodes together. */
const eventsMax = 1000;

export interface ClusterFeedOptions {
  readonly id: NodeId;
  readonly startedAtMs: number;
  readonly own: OwnNode;
  readonly streams: PeerStreams;
  readonly origins: KnownOrigins;
  /** All members but this node, where they are reached now. */
  readonly others: () => readonly Member[];
  /** Calls `changed` whenever `others` may have changed, until the returned function is called. */
  readonly onMembers: (changed: () => void) => () => void;
}

/** Is told of every message; of an event also by which token it is known. */
export type FeedListener = (message: ClusterMessage, token?: string) => void;

/** What all nodes say of themselves, as this one hears it: itself, and the others by a relay each. */
export class ClusterFeed {
  readonly #options: ClusterFeedOptions;
  readonly #tell: FeedListener;
  readonly #relays = new Map<NodeId, Relay>();
  /** How each node was heard last, or that it is not. */
  readonly #latest = new Map<NodeId, ClusterMessage>();
  readonly #log: EventLog;
  /** The last event that was heard of each node. */
  readonly #tokens = new Map<NodeId, string>();
  /** Whom this node has ceased to hear since it looks. */
  readonly #missed = new Set<NodeId>();
  /** Whom it did not hear when it looked last: that was told, and nobody knows since when it may be there again. */
  readonly #missedBefore = new Set<NodeId>();
  #sights = 0;
  #end: (() => void) | undefined;

  constructor(options: ClusterFeedOptions, tell: FeedListener) {
    this.#options = options;
    this.#tell = tell;
    this.#log = new EventLog(`${options.id}.${options.startedAtMs}.all`, eventsMax);
  }

  /** Listens to all nodes, if it does not already, until `rest`. */
  begin(): void {
    this.#end ??= this.#begin();
  }

  rest(): void {
    this.#end?.();
    this.#end = undefined;
    for (const relay of this.#relays.values()) relay.close();
    this.#relays.clear();
    this.#latest.clear();
    for (const id of this.#missed) this.#missedBefore.add(id);
    this.#missed.clear();
  }

  latest(id: NodeId): ClusterMessage | undefined {
    return this.#latest.get(id);
  }

  /** The events after `token`, and how each node was heard last: with what comes from here on, that is all. */
  catchUp(token: string | undefined, listener: FeedListener): void {
    for (const logged of this.#log.after(token)) listener({ type: "event", event: logged.event }, logged.token);
    for (const message of this.#latest.values()) listener(message);
  }

  #begin(): () => void {
    const { id, own, onMembers } = this.#options;
    this.#relayMembers();
    const ends = [
      onMembers(() => this.#relayMembers()),
      own.listen(
        {
          report: (message) => this.#saw(id, message),
          event: ({ event, token }) => {
            this.#tokens.set(id, token);
            this.#happened(event);
          },
        },
        this.#tokens.get(id),
      ),
    ];
    return () => {
      for (const end of ends) end();
    };
  }

  /** One relay for each of the other members, where it is now. */
  #relayMembers(): void {
    const members = new Map(this.#options.others().map((member) => [member.id, member]));
    for (const [id, relay] of this.#relays) {
      if (members.get(id)?.address === relay.address) continue;
      relay.close();
      this.#relays.delete(id);
      this.#latest.delete(id);
    }
    for (const missed of [this.#missed, this.#missedBefore]) {
      for (const id of missed) if (!members.has(id)) missed.delete(id);
    }
    for (const id of this.#tokens.keys()) if (!members.has(id) && id !== this.#options.id) this.#tokens.delete(id);
    for (const [id, member] of members) if (!this.#relays.has(id)) this.#relays.set(id, this.#relay(member));
  }

  #relay(member: Member): Relay {
    const { id } = member;
    const { streams, origins } = this.#options;
    const begunAtMs = Date.now();
    return Relay.begin({
      ...{ member, streams, token: this.#tokens.get(id) },
      heard: (message, token) => {
        if (token !== undefined) this.#tokens.set(id, token);
        if (message.type === "event") return this.#happened(message.event);
        if (message.type !== "node") return;
        origins.learn(id, message.report.clientUrl);
        this.#saw(id, message);
        this.#missedBefore.delete(id);
        if (this.#missed.delete(id)) this.#sighted(id, "reachable", {});
      },
      lost: (reason) => this.#lost(id, reason, begunAtMs),
    });
  }

  #lost(id: NodeId, reason: LossReason, begunAtMs: number): void {
    const former = this.#latest.get(id);
    if (former?.type === "unreachable" && former.reason === reason) return;
    const since = former?.type === "unreachable" ? former.since : former === undefined ? begunAtMs : Date.now();
    this.#saw(id, { type: "unreachable", id, since, reason });
    if (this.#missed.has(id)) return;
    this.#missed.add(id);
    if (!this.#missedBefore.delete(id)) this.#sighted(id, "unreachable", { reason });
  }

  #saw(id: NodeId, message: ClusterMessage): void {
    this.#latest.set(id, message);
    this.#tell(message);
  }

  #happened(event: ClusterEvent): void {
    const logged: LoggedEvent | undefined = this.#log.append(event);
    if (logged !== undefined) this.#tell({ type: "event", event }, logged.token);
  }

  /** Whom this node hears is its own business: it is not among what it tells of itself. */
  #sighted(node: NodeId, kind: "reachable" | "unreachable", values: Readonly<Record<string, string>>): void {
    const { id: by, startedAtMs } = this.#options;
    this.#sights += 1;
    const id = `${by}.${startedAtMs}.sight.${this.#sights}`;
    this.#happened({ id, atMs: Date.now(), node, kind, values: { by, ...values } });
  }
}
