import { backOffMs } from "./back-off.ts";
import { Link, type LinkOwner } from "./link/link.ts";
import { type Settings, urlOf } from "./options.ts";
import type { ClusterHint, Welcome } from "./protocol/index.ts";

/**
 * Which node is asked: at first any, then the leader, as soon as a node tells where that is. There is one connection; a
 * second one for the moment in which it moves. What is under way on the old one is answered there.
 */
export class Route implements LinkOwner {
  readonly #settings: Settings;
  /** There may be room for requests. */
  readonly #ready: () => void;
  readonly #links = new Set<Link>();
  #current: Link | undefined;
  /** Being made. */
  #next: Link | undefined;
  #cluster: ClusterHint = { members: [] };
  #clusterId: string | undefined;
  /** The node at hand has no leader, or no place in the cluster: another might do better. */
  #isDoubted = false;
  #turn = 0;
  /** Tries since the last answer. */
  #attempts = 0;
  #cancelTimer: (() => void) | undefined;
  #isClosed = false;
  #lastEnd = "";

  constructor(settings: Settings, ready: () => void) {
    this.#settings = settings;
    this.#ready = ready;
    this.#turn = Math.floor(settings.random.next() * settings.urls.length);
    const first = this.#another();
    if (first !== undefined) this.#dial(first);
  }

  /** Where requests go now, if anywhere. */
  get link(): Link | undefined {
    return this.#current;
  }

  /** How it stands, for people. */
  get words(): string {
    if (this.#current !== undefined) return `connected to ${this.#current.url}`;
    const { urls } = this.#settings;
    return `no connection to ${urls.join(", ")}${this.#lastEnd === "" ? "" : `; the last: ${this.#lastEnd}`}`;
  }

  /** The node has refused for want of a leader, or of a place in the cluster. */
  doubt(): void {
    this.#isDoubted = true;
    this.#later();
  }

  close(): void {
    this.#isClosed = true;
    this.#cancelTimer?.();
    for (const link of this.#links) link.close();
  }

  welcomed(link: Link, { clusterId, cluster }: Welcome): void {
    this.#clusterId ??= clusterId;
    if (clusterId !== this.#clusterId) {
      return link.close(`this node belongs to cluster ${clusterId}, others to ${this.#clusterId}`);
    }
    const old = this.#current;
    this.#current = link;
    this.#next = undefined;
    this.#isDoubted = false;
    this.#cluster = cluster;
    old?.drain();
    this.#ready();
    this.#follow();
  }

  told(link: Link, cluster: ClusterHint): void {
    if (link !== this.#current) return;
    this.#cluster = cluster;
    this.#follow();
  }

  answered(link: Link, isResult: boolean): void {
    if (link !== this.#current) return;
    if (isResult) {
      this.#isDoubted = false;
      this.#attempts = 0;
    }
    this.#ready();
  }

  leaving(link: Link): void {
    if (link !== this.#current) return;
    this.#current = undefined;
    this.#later();
  }

  ended(link: Link, reason: string): void {
    this.#links.delete(link);
    this.#lastEnd = `${link.url}: ${reason}`;
    if (link === this.#next) this.#next = undefined;
    else if (link === this.#current) this.#current = undefined;
    else return;
    this.#later();
  }

  #follow(): void {
    if (this.#wanted() !== undefined) this.#later();
  }

  /** Looks after a while where to go. What is under way already goes on. */
  #later(): void {
    if (this.#isClosed || this.#next !== undefined || this.#cancelTimer !== undefined) return;
    const { clock, random, backOff } = this.#settings;
    this.#attempts += 1;
    this.#cancelTimer = clock.after(backOffMs(this.#attempts, random, backOff), () => {
      this.#cancelTimer = undefined;
      const url = this.#wanted();
      if (url !== undefined) this.#dial(url);
    });
  }

  /** Where to connect to; undefined where this client is well placed. */
  #wanted(): string | undefined {
    const current = this.#current;
    if (current === undefined || this.#isDoubted) return this.#another();
    const { leader } = this.#cluster;
    if (!this.#settings.followLeader || leader === undefined || leader.id === current.welcome?.nodeId) return undefined;
    const url = wsUrlOf(leader.url);
    // Behind a balancer all nodes may have one.
    return url === current.url ? undefined : url;
  }

  /** The endpoints, and the other members as far as their URLs are known, in turn; undefined where there is no other. */
  #another(): string | undefined {
    const { urls, followLeader } = this.#settings;
    const told = followLeader ? this.#cluster.members.map(({ url }) => wsUrlOf(url)) : [];
    const all = [...new Set([...urls, ...told.filter((url) => url !== undefined)])];
    const others = all.filter((url) => url !== this.#current?.url);
    this.#turn += 1;
    return others[this.#turn % others.length];
  }

  #dial(url: string): void {
    const { dial, clock, clientId, connectTimeoutMs, silenceMsMax } = this.#settings;
    this.#next = new Link({ url, dial, clock, clientId, connectTimeoutMs, silenceMsMax, owner: this });
    this.#links.add(this.#next);
  }
}

function wsUrlOf(url: string | undefined): string | undefined {
  try {
    return url === undefined ? undefined : urlOf(url);
  } catch {
    return undefined; // A node that says nonsense of another is not followed.
  }
}
