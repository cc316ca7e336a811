import {
  type Effect,
  type Input,
  type Message,
  type NodeId,
  Raft,
  type Snapshot,
  assert,
  membershipOf,
  seededRandom,
} from "@quorate/raft-core";

const IDS = ["n1", "n2", "n3"] as const;

/** One core, with what waits for its next step. */
interface Place {
  readonly id: NodeId;
  readonly raft: Raft;
  /** Swapped at each step, so that the loop itself allocates no lists. */
  waiting: Input[];
  stepping: Input[];
  appliedIndex: number;
}

/**
 * Three cores that know of each other, and nothing else: a message is handed over by reference, what is to be saved is
 * durable at once, time stands still, and every effect is carried out in its order. What is left is what the algorithm
 * itself costs, besides one input object for each `message`, `saved` and `applied`.
 */
export class CoreCluster {
  readonly #places: readonly Place[];
  readonly #byId: ReadonlyMap<NodeId, Place>;
  readonly #leader: Place;
  #nowMs = 0;
  #proposals = 0;

  constructor() {
    const membership = membershipOf(IDS.map((id) => ({ id, address: "" })));
    const snapshot: Snapshot = { index: 1, term: 0, membership, sizeBytes: 0, checksum: 0 };
    this.#places = IDS.map((id) => placeAt(id, snapshot));
    this.#byId = new Map(this.#places.map((place) => [place.id, place]));
    this.#leader = this.#elect();
  }

  /** Proposes `commands` in one input, and goes on until no core has anything left to do. */
  propose(commands: readonly Uint8Array[]): void {
    this.#proposals += 1;
    this.#leader.waiting.push({ type: "propose", id: this.#proposals, commands });
    this.#settle();
  }

  /** The last index that each core has had applied. */
  get appliedIndexes(): readonly number[] {
    return this.#places.map((place) => place.appliedIndex);
  }

  /** Lets the first election timeout pass, of whichever core has drawn the shortest. */
  #elect(): Place {
    const places = this.#places;
    for (;;) {
      const leader = places.find(({ raft }) => raft.role === "leader");
      if (leader !== undefined) return leader;
      this.#nowMs = Math.min(...places.map(({ raft }) => raft.deadlineMs));
      for (const place of places) if (place.raft.deadlineMs <= this.#nowMs) place.waiting.push({ type: "tick" });
      this.#settle();
    }
  }

  #settle(): void {
    for (let isBusy = true; isBusy;) {
      isBusy = false;
      for (const place of this.#places) {
        if (place.waiting.length === 0) continue;
        isBusy = true;
        const inputs = place.waiting;
        place.waiting = place.stepping;
        place.stepping = inputs;
        const effects = place.raft.step(inputs, this.#nowMs);
        inputs.length = 0;
        for (const effect of effects) this.#perform(place, effect);
      }
    }
  }

  #perform(place: Place, effect: Effect): void {
    switch (effect.type) {
      case "send":
        this.#deliver(effect.to, place.id, effect.message);
        return;
      case "save":
        place.waiting.push({ type: "saved", seq: effect.seq });
        return;
      case "apply":
        place.appliedIndex = effect.entries.at(-1)?.index ?? place.appliedIndex;
        place.waiting.push({ type: "applied", index: place.appliedIndex });
        return;
      case "refused":
      case "load":
      case "suspect":
        assert(false, `${place.id} did not expect the effect ${effect.type}`);
        return;
      default:
    }
  }

  #deliver(to: NodeId, from: NodeId, message: Message): void {
    this.#byId.get(to)?.waiting.push({ type: "message", from, message });
  }
}

/** A core that begins behind an empty snapshot, so that it never has to ask for entries from a storage. */
function placeAt(id: NodeId, snapshot: Snapshot): Place {
  const state = {
    hardState: { term: 0, votedFor: undefined },
    base: { index: snapshot.index, term: snapshot.term },
    lastIndex: snapshot.index,
    termRuns: [],
    memberships: [],
  };
  const raft = new Raft({ id, random: seededRandom(id) }, { state, snapshot, nowMs: 0 });
  return { id, raft, waiting: [], stepping: [], appliedIndex: snapshot.index };
}
