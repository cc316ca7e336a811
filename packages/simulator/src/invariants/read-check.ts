import { type Knowledge, violate } from "./observer.ts";

/**
 * I14: revisions go up with every write, across all keys, so whoever asks after a client has heard of one must be
 * answered with that or a later one.
 */
export class ReadCheck {
  readonly #knowledge: Knowledge;
  readonly #now: () => number;
  readonly #acknowledgements: { readonly atMs: number; readonly revision: number }[] = [];
  #acknowledged = 0;

  constructor(knowledge: Knowledge, now: () => number) {
    this.#knowledge = knowledge;
    this.#now = now;
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
    this.#acknowledge(revision);
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
    this.#acknowledge(revision);
  }

  /** What had been acknowledged at that time. */
  acknowledgedBefore(atMs: number): number {
    return this.#acknowledgements.findLast((each) => each.atMs <= atMs)?.revision ?? 0;
  }

  /** A read that need not see everything has been answered. */
  sees(atLeast: number, revision: number, what: string): void {
    if (revision >= atLeast) return;
    violate(this.#knowledge, "I14", undefined, `${what} answers as of revision ${revision}, not ${atLeast} or later`);
  }

  #acknowledge(revision: number): void {
    if (revision <= this.#acknowledged) return;
    this.#acknowledged = revision;
    this.#acknowledgements.push({ atMs: this.#now(), revision });
  }
}
