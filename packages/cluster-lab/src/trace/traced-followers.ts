import type { FollowerView, MembershipView } from "@quorate/drawing";
import type { NodeId } from "@quorate/raft-core";
import { type Fields, entriesOf } from "./trace-event.ts";

/** What a leader knows of the others, as far as its messages and their answers tell. */
export class TracedFollowers {
  readonly #id: NodeId;
  readonly #all = new Map<NodeId, FollowerView>();
  #members: MembershipView | undefined;

  constructor(id: NodeId) {
    this.#id = id;
  }

  view(): readonly FollowerView[] {
    return [...this.#all.values()];
  }

  /** It leads no more. */
  clear(): void {
    this.#all.clear();
    this.#members = undefined;
  }

  /** It leads these: new ones are probed, and whoever is none of them any more is forgotten. */
  lead(members: MembershipView, lastIndex: number): void {
    if (members === this.#members) return;
    this.#members = members;
    const others = new Set([...members.voters, ...members.outgoing, ...members.learners]);
    others.delete(this.#id);
    for (const id of this.#all.keys()) if (!others.has(id)) this.#all.delete(id);
    for (const id of others) if (!this.#all.has(id)) this.#all.set(id, probed(id, lastIndex));
  }

  sends(to: NodeId, message: Fields): void {
    const known = this.#all.get(to);
    if (known === undefined) return;
    const type = message.text("type");
    if (type === "install-snapshot") this.#change(known, { state: "snapshot" });
    if (type !== "append-entries") return;
    const last = entriesOf(message).at(-1);
    if (last !== undefined) this.#change(known, { nextIndex: last.index + 1 });
  }

  hears(from: NodeId, message: Fields, atMs: number): void {
    const known = this.#all.get(from);
    if (known === undefined) return;
    const heard = { lastContactMs: atMs };
    switch (message.text("type")) {
      case "append-entries-reply":
        if (message.flag("accepted")) this.#acknowledged(known, message.number("matchIndex"), atMs);
        else this.#change(known, this.#isOutdated(known, message) ? heard : { ...heard, state: "probe" });
        return;
      case "install-snapshot-reply":
        if (message.flag("installed")) this.#acknowledged(known, message.number("snapshotIndex"), atMs);
        else this.#change(known, heard);
        return;
      case "heartbeat-reply":
        this.#change(known, heard);
        return;
      default:
    }
  }

  /** A rejection that says nothing new. */
  #isOutdated({ matchIndex, nextIndex, state }: FollowerView, message: Fields): boolean {
    const prevIndex = message.numberOr("prevIndex", matchIndex + 1);
    return state === "snapshot" || prevIndex <= matchIndex || prevIndex >= nextIndex;
  }

  #acknowledged(known: FollowerView, index: number, atMs: number): void {
    const matchIndex = Math.max(known.matchIndex, index);
    const nextIndex = Math.max(known.nextIndex, matchIndex + 1);
    this.#change(known, { matchIndex, nextIndex, state: "replicate", lastContactMs: atMs });
  }

  #change(known: FollowerView, change: Partial<FollowerView>): void {
    this.#all.set(known.id, { ...known, ...change });
  }
}

function probed(id: NodeId, lastIndex: number): FollowerView {
  return { id, matchIndex: 0, nextIndex: lastIndex + 1, state: "probe", lastContactMs: undefined };
}
