import type { OpenStream, StreamListener } from "../../../src/page/state/connection.ts";
import type { ClusterMessage } from "../../../src/report/index.ts";

/** Servers to listen to, which do what a test says. */
export class FakeStreams {
  /** Every origin that was listened to, in that order. */
  readonly opened: string[] = [];
  readonly #listeners = new Map<string, StreamListener>();

  readonly open: OpenStream = (origin, listener) => {
    this.opened.push(origin);
    this.#listeners.set(origin, listener);
    return {
      close: () => {
        if (this.#listeners.get(origin) === listener) this.#listeners.delete(origin);
      },
    };
  };

  /** Who is listened to at this moment. */
  get current(): readonly string[] {
    return [...this.#listeners.keys()];
  }

  say(origin: string, message: ClusterMessage | string): void {
    const listener = this.#listeners.get(origin);
    if (listener === undefined) throw new Error(`nobody listens to ${origin}`);
    listener.onMessage(typeof message === "string" ? message : JSON.stringify(message));
  }

  fail(origin: string): void {
    const listener = this.#listeners.get(origin);
    if (listener === undefined) throw new Error(`nobody listens to ${origin}`);
    this.#listeners.delete(origin);
    listener.onFailure();
  }
}
