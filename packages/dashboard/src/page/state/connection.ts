import { type ReadonlySignal, type Signal, signal } from "@preact/signals";
import { BackOff } from "./back-off.ts";

/** Where what is shown comes from. */
export type ConnectionState =
  | { readonly type: "connecting" }
  /** `origin` tells about the whole cluster. */
  | { readonly type: "live"; readonly origin: string }
  /** Nobody answers since `sinceMs`; they are asked again, one after the other. */
  | { readonly type: "lost"; readonly sinceMs: number };

/** A stream of a server's that can be closed; it calls nobody any more then. */
export interface Stream {
  close(): void;
}

export interface StreamListener {
  readonly onMessage: (data: string) => void;
  /** The stream has ended, or never began. */
  readonly onFailure: () => void;
}

/** Begins to listen to the server at `origin`. */
export type OpenStream = (origin: string, listener: StreamListener) => Stream;

export interface ConnectionOptions {
  /** Who served the page: asked first, and gone back to. */
  readonly home: string;
  readonly openStream: OpenStream;
  /** On the page's clock. */
  readonly nowMs: () => number;
  readonly random: () => number;
  readonly onMessage: (data: string, origin: string) => void;
  /** Who told about the cluster does so no more. */
  readonly onLost: (origin: string) => void;
}

/** A server that runs says something several times a second. */
const SILENCE_MAX_MS = 1000;
const CONNECT_MAX_MS = 2000;
/** So long a server must have been heard through others before the page goes back to it. */
const HOME_AFTER_MS = 3000;
/** The browser slows down what is not seen: after such a pause nothing is said about the server. */
const TICK_PAUSE_MS = 700;

/**
 * Listens to one server at a time, and to the next one as soon as it falls silent; when none is left, again and again,
 * with longer and longer pauses. Time passes in `tick`.
 */
export class Connection {
  readonly #options: ConnectionOptions;
  readonly #state: Signal<ConnectionState>;
  readonly #backOff: BackOff;
  readonly #failed = new Set<string>();
  #origins: readonly string[];
  #current: Listening | undefined;
  #tickedMs: number;
  #retryAtMs: number | undefined;
  #homeSinceMs: number | undefined;

  constructor(options: ConnectionOptions) {
    this.#options = options;
    this.#state = signal<ConnectionState>({ type: "connecting" });
    this.#backOff = new BackOff({ firstMs: 500, maxMs: 3000, random: options.random });
    this.#origins = [options.home];
    this.#tickedMs = options.nowMs();
    this.#open(options.home);
  }

  get state(): ReadonlySignal<ConnectionState> {
    return this.#state;
  }

  /** Whom else to ask, in the order in which to ask them; `home` among them where it is known to run. */
  know(origins: readonly string[], isHomeUp: boolean): void {
    const { home, nowMs } = this.#options;
    this.#origins = [home, ...origins.filter((origin) => origin !== home)];
    this.#homeSinceMs = isHomeUp ? (this.#homeSinceMs ?? nowMs()) : undefined;
  }

  /** To be called several times a second. */
  tick(): void {
    const nowMs = this.#options.nowMs();
    const hasPaused = nowMs - this.#tickedMs > TICK_PAUSE_MS;
    this.#tickedMs = nowMs;
    const current = this.#current;
    if (current === undefined) {
      if (this.#retryAtMs !== undefined && nowMs >= this.#retryAtMs) this.#open(this.#options.home);
      return;
    }
    if (hasPaused) current.heardMs = nowMs;
    else if (nowMs - current.heardMs > (current.isLive ? SILENCE_MAX_MS : CONNECT_MAX_MS)) this.#fail(current);
    else this.#goHome(current, nowMs);
  }

  close(): void {
    this.#current?.stream.close();
    this.#current = undefined;
    this.#retryAtMs = undefined;
  }

  #open(origin: string): void {
    const { openStream, nowMs, onMessage } = this.#options;
    this.#retryAtMs = undefined;
    const stream = openStream(origin, {
      onMessage: (data) => {
        listening.heardMs = nowMs();
        if (!listening.isLive) this.#begin(listening);
        onMessage(data, origin);
      },
      onFailure: () => this.#fail(listening),
    });
    const listening: Listening = { origin, stream, heardMs: nowMs(), isLive: false };
    this.#current = listening;
  }

  #begin(listening: Listening): void {
    listening.isLive = true;
    this.#failed.clear();
    this.#backOff.reset();
    this.#state.value = { type: "live", origin: listening.origin };
  }

  #fail(listening: Listening): void {
    if (this.#current !== listening) return;
    listening.stream.close();
    this.#current = undefined;
    const { origin, isLive } = listening;
    if (origin === this.#options.home) this.#homeSinceMs = undefined;
    if (isLive) this.#state.value = { type: "connecting" };
    if (isLive) this.#options.onLost(origin);
    this.#failed.add(origin);
    const next = this.#origins.find((other) => !this.#failed.has(other));
    if (next !== undefined) return this.#open(next);
    const nowMs = this.#options.nowMs();
    this.#failed.clear();
    this.#retryAtMs = nowMs + this.#backOff.nextMs();
    if (this.#state.peek().type !== "lost") this.#state.value = { type: "lost", sinceMs: nowMs };
  }

  #goHome(current: Listening, nowMs: number): void {
    const { home } = this.#options;
    if (current.origin === home || !current.isLive || this.#homeSinceMs === undefined) return;
    if (nowMs - this.#homeSinceMs < HOME_AFTER_MS) return;
    current.stream.close();
    this.#homeSinceMs = undefined;
    this.#open(home);
  }
}

interface Listening {
  readonly origin: string;
  readonly stream: Stream;
  heardMs: number;
  isLive: boolean;
}
