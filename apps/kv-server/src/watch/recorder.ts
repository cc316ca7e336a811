import type { NodeId } from "@quorate/raft-core";
import type { EventKind, EventValues } from "@quorate/dashboard/report";
import { EventLog } from "./event-log.ts";
import type { LoggedEvent } from "./event-log.ts";

/** Longer texts are errors with all their causes. */
const textLengthMax = 500;

export interface RecorderOptions {
  readonly id: NodeId;
  /** Tells this process from earlier ones of the same node. */
  readonly startedAtMs: number;
  readonly max: number;
}

/** Keeps what happens to one node, as seen by one process, and tells it to those who watch. */
export class Recorder {
  readonly #id: NodeId;
  readonly #name: string;
  readonly #log: EventLog;
  readonly #listeners = new Set<(logged: LoggedEvent) => void>();
  #count = 0;

  constructor({ id, startedAtMs, max }: RecorderOptions) {
    this.#id = id;
    this.#name = `${id}.${startedAtMs}`;
    this.#log = new EventLog(this.#name, max);
  }

  record(kind: EventKind, values: EventValues = {}): void {
    this.#count += 1;
    const id = `${this.#name}.${this.#count}`;
    const short = Object.entries(values).map(([name, value]) => {
      return [name, typeof value === "string" ? value.slice(0, textLengthMax) : value] as const;
    });
    const event = { id, atMs: Date.now(), node: this.#id, kind, values: Object.fromEntries(short) };
    const logged = this.#log.append(event);
    if (logged !== undefined) for (const listener of this.#listeners) listener(logged);
  }

  after(token: string | undefined): readonly LoggedEvent[] {
    return this.#log.after(token);
  }

  on(listener: (logged: LoggedEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
