import type { ClusterEvent } from "@quorate/dashboard/report";

/** An event and how a listener that has heard of it says so when it comes back. */
export interface LoggedEvent {
  readonly token: string;
  readonly event: ClusterEvent;
}

/** The latest events in the order in which they came, each once. */
export class EventLog {
  readonly #name: string;
  readonly #max: number;
  readonly #events: LoggedEvent[] = [];
  readonly #ids = new Set<string>();
  #count = 0;

  /** `name` tells this log from every other, an earlier process's included. */
  constructor(name: string, max: number) {
    this.#name = name;
    this.#max = max;
  }

  /** Undefined where it has that event already. */
  append(event: ClusterEvent): LoggedEvent | undefined {
    if (this.#ids.has(event.id)) return undefined;
    this.#count += 1;
    const logged = { token: `${this.#name}.${this.#count}`, event };
    this.#events.push(logged);
    this.#ids.add(event.id);
    const dropped = this.#events.length > this.#max ? this.#events.shift() : undefined;
    if (dropped !== undefined) this.#ids.delete(dropped.event.id);
    return logged;
  }

  /** Those that came after `token`; all of them where it is none of this log's. */
  after(token: string | undefined): readonly LoggedEvent[] {
    const at = token === undefined ? -1 : token.lastIndexOf(".");
    if (token === undefined || token.slice(0, at) !== this.#name) return [...this.#events];
    const seen = Number(token.slice(at + 1));
    const unseen = this.#count - seen;
    if (!(unseen >= 0)) return [...this.#events];
    return unseen === 0 ? [] : this.#events.slice(-unseen);
  }
}
