import type { Clock, Logger } from "@quorate/raft-core";
import { lifetimeOf } from "./certificate.ts";
import type { Credentials } from "./credentials.ts";

const DAY_MS = 24 * 60 * 60 * 1000;
/** What is left of its lifetime when a certificate should have been renewed. */
const LEFT = 1 / 5;

export interface ExpiryWatchOptions {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly credentials: () => Credentials;
}

/** Warns, once a day, of a certificate that is about to expire: connections that are open hide it until they break. */
export class ExpiryWatch {
  readonly #options: ExpiryWatchOptions;
  #cancelTimer: () => void = () => undefined;

  constructor(options: ExpiryWatchOptions) {
    this.#options = options;
  }

  /** Looks now, and once a day from then on. */
  begin(): void {
    this.stop();
    const { clock, credentials } = this.#options;
    const { tls } = credentials();
    if (!tls) return;
    const { fromMs, untilMs } = lifetimeOf(tls);
    this.#judge(untilMs - Date.now(), untilMs - fromMs, new Date(untilMs).toISOString());
    this.#cancelTimer = clock.after(DAY_MS, () => this.begin());
  }

  stop(): void {
    this.#cancelTimer();
    this.#cancelTimer = () => undefined;
  }

  #judge(leftMs: number, lifetimeMs: number, expires: string): void {
    const { logger } = this.#options;
    if (leftMs <= 0) {
      logger.error("this node's certificate has expired: no new connection is made; give it a new one", { expires });
    } else if (leftMs < lifetimeMs * LEFT) {
      logger.warn("this node's certificate expires soon; give it a new one", { expires });
    }
  }
}
