import type { ClusterMessage } from "@quorate/dashboard/report";
import { Problem } from "../http/problem.ts";
import type { Origin } from "../routes/services.ts";
import { ClusterFeed } from "./cluster-feed.ts";
import type { ClusterFeedOptions } from "./cluster-feed.ts";
import type { EventStream } from "./event-stream.ts";

/** Of clients, and as many of peers: pages do not keep other nodes from listening. */
const listenersMaxDefault = 64;

export interface ClusterWatchOptions extends ClusterFeedOptions {
  readonly listenersMax?: number;
}

/** Those who listen to this node. The others are listened to on their behalf, and for as long as there are any. */
export class ClusterWatch {
  readonly #options: ClusterWatchOptions;
  readonly #feed: ClusterFeed;
  readonly #streams: Readonly<Record<Origin, Set<EventStream>>> = { client: new Set(), peer: new Set() };
  /** Those of them that are told of the whole cluster. */
  readonly #cluster = new Set<EventStream>();
  /** Who wants the others to be listened to: a stream, or a call of `meet`. */
  readonly #wanting = new Set<object>();
  /** Called whenever something was heard of a node. */
  readonly #meetings = new Set<() => void>();
  #isClosed = false;

  constructor(options: ClusterWatchOptions) {
    this.#options = options;
    this.#feed = new ClusterFeed(options, (message, token) => this.#tell(message, token));
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
    this.#feed.catchUp(token, (message, own) => stream.send(message, own));
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
    const met = Promise.withResolvers<void>();
    const look = (): void => {
      if (this.#hasMet()) met.resolve();
    };
    const timer = setTimeout(() => met.resolve(), timeoutMs);
    this.#meetings.add(look);
    this.#want(look);
    await met.promise;
    clearTimeout(timer);
    this.#meetings.delete(look);
    this.#unwant(look);
  }

  /** Ends every stream. */
  close(): void {
    this.#isClosed = true;
    for (const stream of [...this.#streams.client, ...this.#streams.peer]) stream.close();
    this.#wanting.clear();
    this.#feed.rest();
  }

  #hasMet(): boolean {
    const { origins, others } = this.#options;
    return others().every(({ id }) => origins.isKnown(id) || this.#feed.latest(id)?.type === "unreachable");
  }

  #add(stream: EventStream, kind: Origin): void {
    this.#streams[kind].add(stream);
    stream.onClose(() => this.#streams[kind].delete(stream));
  }

  #want(who: object): void {
    this.#wanting.add(who);
    this.#feed.begin();
  }

  #unwant(who: object): void {
    this.#wanting.delete(who);
    if (this.#wanting.size === 0) this.#feed.rest();
  }

  #tell(message: ClusterMessage, token: string | undefined): void {
    const text = JSON.stringify(message);
    for (const stream of this.#cluster) stream.sendText(text, token);
    for (const look of this.#meetings) look();
  }
}
