import { RaftError } from "@quorate/raft-core";

const ignore = (): void => undefined;

/** What a store is doing, so that it can be closed when all of it is done. */
export class Operations {
  readonly #name: string;
  readonly #running = new Set<Promise<unknown>>();
  #closed = false;

  constructor(name: string) {
    this.#name = name;
  }

  get closed(): boolean {
    return this.#closed;
  }

  async run<T>(operation: () => Promise<T>): Promise<T> {
    if (this.#closed) throw new RaftError("CLOSED", `the ${this.#name} is closed`);
    const running = operation();
    this.#running.add(running);
    try {
      return await running;
    } finally {
      this.#running.delete(running);
    }
  }

  /** Refuses everything from now on. */
  refuse(): void {
    this.#closed = true;
  }

  /** Also resolves when all that began earlier has settled. */
  async close(): Promise<void> {
    this.refuse();
    await Promise.allSettled(this.#running);
  }
}

/** Runs one operation at a time, in the order of the calls. */
export class Queue {
  #last: Promise<void> = Promise.resolve();

  run<T>(operation: () => Promise<T>): Promise<T> {
    const result = this.#last.then(operation);
    this.#last = result.then(ignore, ignore);
    return result;
  }
}
