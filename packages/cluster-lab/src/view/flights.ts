import type { FlightView } from "@quorate/drawing";
import type { Flight, MemoryNetwork } from "@quorate/transport-memory";
import type { Links } from "../play/links.ts";
import { fieldsOf } from "./message-fields.ts";

interface Tracked {
  readonly flight: Flight;
  readonly dueMs: number;
  /** It never left, or its receiver was not there. */
  readonly isLost: boolean;
  view: FlightView | undefined;
}

/** So many are kept without anybody asking. */
const TRACKED_MAX = 512;

/** The messages on their way. Those that are lost are shown until they would have arrived. */
export class Flights {
  readonly #links: Links;
  readonly #tracked = new Map<number, Tracked>();
  #shown: readonly FlightView[] = [];

  constructor(network: MemoryNetwork, links: Links) {
    this.#links = links;
    network.on("send", (flight) => this.#track(flight, flight.dueMs, false));
    network.on("deliver", ({ id }) => this.#tracked.delete(id));
    network.on("drop", (drop) => {
      if (this.#tracked.delete(drop.id) || drop.reason === "self") return;
      const { delayMinMs, delayMaxMs } = this.#links.conditions(drop.from, drop.to);
      this.#track(drop, drop.sentMs + (delayMinMs + delayMaxMs) / 2, true);
    });
  }

  /** As they are at `nowMs`. The same list as before where nothing has changed. */
  view(nowMs: number): readonly FlightView[] {
    this.#forgetLost(nowMs);
    const views = [...this.#tracked.values()].map((tracked) => this.#viewOf(tracked));
    const isSame = views.length === this.#shown.length && views.every((view, at) => view === this.#shown[at]);
    if (!isSame) this.#shown = views;
    return this.#shown;
  }

  #forgetLost(nowMs: number): void {
    for (const [id, { dueMs, isLost }] of this.#tracked) if (isLost && dueMs <= nowMs) this.#tracked.delete(id);
  }

  #track(flight: Flight, dueMs: number, isLost: boolean): void {
    if (this.#tracked.size >= TRACKED_MAX) this.#forgetLost(flight.sentMs);
    this.#tracked.set(flight.id, { flight, dueMs, isLost, view: undefined });
  }

  #viewOf(tracked: Tracked): FlightView {
    const { flight, dueMs, isLost } = tracked;
    const { id, from, to, message, sentMs } = flight;
    const isCut = this.#links.isCut(from, to);
    const fate = isCut ? "cut" : isLost ? "lost" : "arrives";
    if (tracked.view?.fate !== fate) {
      tracked.view = { id, from, to, type: message.type, sentMs, dueMs, fate, fields: fieldsOf(message) };
    }
    return tracked.view;
  }
}
