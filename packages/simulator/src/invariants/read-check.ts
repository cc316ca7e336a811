import { type Knowledge, violate } from "./observer.ts";

/**
 * I14: revisions go up with every write, across all keys, so whoever asks after a client has heard of one must be
 * answered with that or a later one.
 */
export class ReadCheck {
  readonly #knowledge: Knowledge;
  #acknowledged = 0;

  constructor(knowledge: Knowledge) {
    this.#knowledge = knowledge;
  }

  /** A client asks: what it will have to see at least. */
  begin(): number {
    return this.#acknowledged;
  }

  read(atLeast: number, revision: number): void {
    if (revision < atLeast) {
      violate(
        this.#knowledge,
        "I14",
        undefined,
        `a read answers as of revision ${revision}, after ${atLeast} was acknowledged`,
      );
    }
    this.#acknowledged = Math.max(this.#acknowledged, revision);
  }

  /** A command was answered. One that changed something has a revision of its own. */
  wrote(atLeast: number, revision: number, isChange: boolean): void {
    if (isChange ? revision <= atLeast : revision < atLeast) {
      violate(
        this.#knowledge,
        "I14",
        undefined,
        `a command is done at revision ${revision}, after ${atLeast} was acknowledged`,
      );
    }
    this.#acknowledged = Math.max(this.#acknowledged, revision);
  }
}
