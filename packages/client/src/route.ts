import { backOffMs } from "./back-off.ts";
import { FailedDials } from "./failed-dials.ts";
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
  readonly #failedDials: FailedDials;
  #current: Link | undefined;
  /** Being made. */
  #next: Link | undefined;
  #cluster: ClusterHint = { members: [] };
  #clusterId: string | undefined;
  /** The node at hand has no leader, or no place in the cluster: another might do better. */
  #isDoubted = false;
  #turn = 0;
  /** Tries since the last answer, wherever it came from. */
  #attempts = 0;
  #cancelTimer: (() => void) | undefined;
  /** The timer waits for one node alone, which has failed: others need not wait for that. */
  #isResting = false;
  #isClosed = false;
  #lastEnd = "";

  constructor(settings: Settings, ready: () => void) {
    this.#settings = settings;
    this.#ready = ready;
    this.#failedDials = new FailedDials(settings.random, settings.backOff);
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
      this.#failedDials.succeeded(link.url);
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
    this.#failedDials.failed(link.url, this.#settings.clock.now(), new Set(this.#urls()));
    this.#later();
  }

  #follow(): void {
    if (this.#wanted() !== undefined) this.#later();
  }

  /** Looks after a while where to go. What is under way already goes on. */
  #later(): void {
    if (this.#isClosed || this.#next !== undefined) return;
    if (this.#cancelTimer !== undefined && !this.#isResting) return;
    this.#cancelTimer?.();
    this.#isResting = false;
    const { random, backOff } = this.#settings;
    this.#attempts += 1;
    this.#after(backOffMs(this.#attempts, random, backOff));
  }

  #after(delayMs: number): void {
    const { clock } = this.#settings;
    this.#cancelTimer = clock.after(delayMs, () => {
      this.#cancelTimer = undefined;
      const url = this.#wanted();
      if (url === undefined) return;
      // The node at hand answers, which says nothing of the one that does not.
      const waitMs = this.#failedDials.waitMs(url, clock.now());
      this.#isResting = waitMs > 0;
      if (this.#isResting) this.#after(waitMs);
      else this.#dial(url);
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

  /** All in turn, first those that have not just failed; undefined where there is no other. */
  #another(): string | undefined {
    const nowMs = this.#settings.clock.now();
    const others = this.#urls().filter((url) => url !== this.#current?.url);
    const rested = others.filter((url) => this.#failedDials.waitMs(url, nowMs) === 0);
    const these = rested.length > 0 ? rested : others;
    this.#turn += 1;
    return these[this.#turn % these.length];
  }

  /** The endpoints, and the members as far as their URLs are known. */
  #urls(): readonly string[] {
    const { urls, followLeader } = this.#settings;
    const { leader, members } = this.#cluster;
    const told = followLeader ? [...members, ...(leader === undefined ? [] : [leader])] : [];
    const known = told.map(({ url }) => wsUrlOf(url)).filter((url) => url !== undefined);
    return [...new Set([...urls, ...known])];
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
