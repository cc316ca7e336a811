import type { ClusterMessage, NodeReport } from "@quorate/dashboard/report";
import { reportIntervalMs } from "@quorate/dashboard/report";
import type { LoggedEvent } from "./event-log.ts";
import type { Recorder } from "./recorder.ts";

export interface OwnNodeOptions {
  readonly recorder: Recorder;
  readonly report: () => NodeReport;
  /** Calls `changed` when something has changed that is to be told at once, until the returned function is called. */
  readonly onChange: (changed: () => void) => () => void;
  /** Called when somebody begins to listen; what it returns when nobody does any more. */
  readonly begin: () => () => void;
}

export interface OwnListener {
  report(message: ClusterMessage): void;
  event(logged: LoggedEvent): void;
}

/** What this node says of itself, to as many as listen. While nobody does it is asked nothing. */
export class OwnNode {
  readonly #options: OwnNodeOptions;
  readonly #listeners = new Set<OwnListener>();
  #end: (() => void) | undefined;
  #isDue = false;

  constructor(options: OwnNodeOptions) {
    this.#options = options;
  }

  /** The events that came after `token` first, then a report, then both as they come. Returns what ends that. */
  listen(listener: OwnListener, token: string | undefined): () => void {
    for (const logged of this.#options.recorder.after(token)) listener.event(logged);
    this.#listeners.add(listener);
    this.#end ??= this.#begin();
    listener.report({ type: "node", report: this.#options.report() });
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size > 0) return;
      this.#end?.();
      this.#end = undefined;
    };
  }

  #begin(): () => void {
    const { recorder, onChange, begin } = this.#options;
    const ends = [
      begin(),
      everyInterval(() => this.#tell()),
      onChange(() => this.#tellSoon()),
      recorder.on((logged) => {
        for (const listener of this.#listeners) listener.event(logged);
      }),
    ];
    return () => {
      for (const end of ends) end();
    };
  }

  /** Once for all that changes within one turn of the event loop. */
  #tellSoon(): void {
    if (this.#isDue) return;
    this.#isDue = true;
    setImmediate(() => {
      this.#isDue = false;
      this.#tell();
    });
  }

  #tell(): void {
    if (this.#listeners.size === 0) return;
    const message: ClusterMessage = { type: "node", report: this.#options.report() };
    for (const listener of this.#listeners) listener.report(message);
  }
}

/** At whole intervals of the wall clock, so that what the nodes say is of one moment, as far as their clocks agree. */
function everyInterval(tell: () => void): () => void {
  let timer: NodeJS.Timeout | undefined;
  const wait = (): void => {
    const turn = (): void => {
      wait();
      tell();
    };
    timer = setTimeout(turn, reportIntervalMs - (Date.now() % reportIntervalMs)).unref();
  };
  wait();
  return () => clearTimeout(timer);
}
