import type { CutView } from "@quorate/drawing";
import type { NodeId } from "@quorate/raft-core";
import type { Fields } from "./trace-event.ts";

interface Cut extends CutView {
  readonly fromMs: number;
  readonly untilMs: number;
}

/** How often a link flaps at most, and how many cuts are waiting at most. */
const FLAPS_MAX = 1_000;
const CUTS_MAX = 100_000;

/** In a plan: whoever leads. */
const LEADER = "leader";

/** Which links the faults of a trace cut, and until when. */
export class TracedCuts {
  readonly #nodes: readonly NodeId[];
  #cuts: Cut[] = [];
  #shown: readonly CutView[] = [];

  constructor(nodes: readonly NodeId[]) {
    this.#nodes = nodes;
  }

  /** Whether the fault cuts anything. */
  begin(fault: Fields, atMs: number, leader: NodeId | undefined): boolean {
    const resolve = (id: string): string => (id === LEADER ? (leader ?? this.#nodes[0] ?? id) : id);
    const pairs = this.#pairs(fault, resolve);
    if (fault.text("type") === "flap") {
      const period = fault.number("periodMs");
      const times = fault.countTo(FLAPS_MAX, "times");
      for (let time = 0; time < times; time += 1) this.#add(pairs, atMs + time * period, period / 2);
    } else if (pairs.length > 0) {
      this.#add(pairs, atMs, fault.number("forMs"));
    }
    if (this.#cuts.length > CUTS_MAX) throw new TypeError(`at ${atMs} ms the faults cut more than ${CUTS_MAX} links`);
    return pairs.length > 0;
  }

  end(): void {
    this.#cuts = [];
  }

  /** The same list as before where nothing has changed. */
  view(nowMs: number): readonly CutView[] {
    this.#cuts = this.#cuts.filter(({ untilMs }) => untilMs > nowMs);
    const now = this.#cuts.filter(({ fromMs }) => fromMs <= nowMs);
    const next = [...new Map(now.map(({ from, to }) => [`${from} ${to}`, { from, to }])).values()];
    const isSame = next.length === this.#shown.length && next.every((cut, at) => isEqual(cut, this.#shown[at]));
    if (!isSame) this.#shown = next;
    return this.#shown;
  }

  #add(pairs: readonly CutView[], fromMs: number, forMs: number): void {
    for (const pair of pairs) this.#cuts.push({ ...pair, fromMs, untilMs: fromMs + forMs });
  }

  #pairs(fault: Fields, resolve: (id: string) => string): readonly CutView[] {
    switch (fault.text("type")) {
      case "cut":
        return [{ from: fault.text("from"), to: fault.text("to") }];
      case "partition":
        return this.#across(fault.texts("side").map(resolve));
      case "one-way-partition": {
        const side = fault.texts("side").map(resolve);
        return this.#across(side).filter(({ from }) => side.includes(from));
      }
      case "partial-partition": {
        const bridge = fault.text("bridge");
        return this.#across(fault.texts("side").map(resolve)).filter(
          ({ from, to }) => from !== bridge && to !== bridge,
        );
      }
      case "flap":
        return this.#across([resolve(fault.text("node"))]);
      default:
        return [];
    }
  }

  #across(side: readonly NodeId[]): readonly CutView[] {
    const others = this.#nodes.filter((id) => !side.includes(id));
    return side.flatMap((a) =>
      others.flatMap((b) => [
        { from: a, to: b },
        { from: b, to: a },
      ]),
    );
  }
}

function isEqual(a: CutView, b: CutView | undefined): boolean {
  return a.from === b?.from && a.to === b.to;
}
