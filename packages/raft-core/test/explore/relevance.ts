import { type Facts, UNCHANGED, type World } from "./world.ts";

/** A packet that need not be kept. */
export const GONE = -1;

/**
 * What a packet can still do, on a network that may deliver it at any time, any number of times, or never. One that can
 * do nothing any more is gone; of those that can do the same for all time, one stands for all. Every rule rests on what
 * nothing can undo, crashes included: a durable term, a durable vote, a leader's `matchIndex` while it leads. The core
 * is asked each time whether it agrees for now, and where it does not, the packet stays.
 */
export class Relevance {
  readonly #world: World;
  /** No node goes beyond this term. */
  readonly #lastTerm: number;

  constructor(world: World, lastTerm: number) {
    this.#world = world;
    this.#lastTerm = lastTerm;
  }

  /** The packet that stands for this one, its receiver and its sender being in these states; or GONE. */
  normal(packet: number, receiver: number, sender: number): number {
    const world = this.#world;
    if (world.keepsStale || world.isPreVote(packet)) return packet;
    const { from, message } = world.packets.at(packet);
    const [to, by] = [world.factsOf(receiver), world.factsOf(sender)];
    switch (message.type) {
      case "request-vote":
        if (message.term >= to.durableTerm && !hasVoted(message.term, from, to, by)) return packet;
        return this.#spent(packet, receiver, sender, by.role !== "candidate");
      case "append-entries":
      case "heartbeat":
        if (message.term >= to.durableTerm) return packet;
        return this.#spent(packet, receiver, sender, by.role === "follower");
      case "append-entries-reply": {
        if (world.isStale(packet, receiver)) return GONE;
        // What is known to match never becomes less during a leadership, and nobody asks below it (progress.ts).
        const match = to.term === message.term ? to.matches[from] : undefined;
        const isOld =
          match !== undefined && (message.accepted ? message.matchIndex < match : message.prevIndex <= match);
        return isOld && this.#isIgnored(packet, receiver) ? GONE : packet;
      }
      default:
        return world.isStale(packet, receiver) ? GONE : packet;
    }
  }

  /**
   * All that a request of a term that is over still brings about is an answer with the receiver's term. Which request it
   * was makes no difference. A sender in the last term learns nothing from it, unless the answer could count for what it
   * is doing there, `isDeaf` being false.
   */
  #spent(packet: number, receiver: number, sender: number, isDeaf: boolean): number {
    const token = this.#world.tokenOf(packet);
    if (!this.#isSame(packet, token, receiver, sender)) return packet;
    return isDeaf && this.#world.factsOf(sender).durableTerm >= this.#lastTerm ? GONE : token;
  }

  /** Whether both have the same effect, answers that the sender ignores aside. */
  #isSame(one: number, other: number, receiver: number, sender: number): boolean {
    const world = this.#world;
    // What a write under way holds back cannot be compared at once.
    if (one === other || world.factsOf(receiver).writes > 0) return true;
    const [first, second] = [world.deliveryOf(receiver, one), world.deliveryOf(receiver, other)];
    const [a, b] = [this.#effectOf(first, receiver, sender), this.#effectOf(second, receiver, sender)];
    return a.length === b.length && a.every((item, at) => item === b[at]);
  }

  #effectOf(result: number, receiver: number, sender: number): readonly number[] {
    const { outcomes, sent, sentFrom } = this.#world;
    const outcome = outcomes.at(result);
    const effect = [outcome === UNCHANGED ? receiver : outcome];
    for (let at = sentFrom.at(result); at < sentFrom.at(result + 1); at += 1) {
      if (!this.#world.isStale(sent.at(at), sender)) effect.push(sent.at(at));
    }
    return effect;
  }

  #isIgnored(packet: number, receiver: number): boolean {
    return this.#world.outcomes.at(this.#world.deliveryOf(receiver, packet)) === UNCHANGED;
  }
}

/** Whether the receiver's vote of this term is durable and is another's, or is no use to the sender any more. */
function hasVoted(term: number, candidate: string, { durableTerm, durableVote }: Facts, by: Facts): boolean {
  if (term !== durableTerm || durableVote === undefined) return false;
  const isAsking = by.durableTerm < term || (by.role === "candidate" && by.term === term);
  return durableVote !== candidate || !isAsking;
}
