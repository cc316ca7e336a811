import type { Clock } from "./ports/clock.ts";
import type { LogFields, Logger } from "./ports/logger.ts";

const QUIET_MS = 10_000;

interface Heard {
  readonly atMs: number;
  suppressed: number;
}

/** Tells of what others can cause as often as they like, but only once in ten seconds for each subject. */
export class LimitedLog {
  readonly #logger: Logger;
  readonly #clock: Pick<Clock, "now">;
  readonly #heard = new Map<string, Heard>();

  constructor(logger: Logger, clock: Pick<Clock, "now">) {
    this.#logger = logger;
    this.#clock = clock;
  }

  /** Subjects must be few: a fixed message, or one for each peer. The next telling says how many were left out. */
  log(level: keyof Logger, message: string, fields: LogFields, subject: string = message): void {
    const nowMs = this.#clock.now();
    const heard = this.#heard.get(subject);
    if (heard !== undefined && nowMs - heard.atMs < QUIET_MS) {
      heard.suppressed += 1;
      return;
    }
    this.#heard.set(subject, { atMs: nowMs, suppressed: 0 });
    this.#logger[level](message, heard?.suppressed ? { ...fields, alsoSuppressed: heard.suppressed } : fields);
  }
}
