import type { Entry, NodeId } from "../../src/index.ts";

const textOf = (data: Uint8Array): string => String.fromCharCode(...data);

/** What an observer outside the cluster knows: everything that must hold is held against it. */
export class Ghost {
  readonly #leaders = new Map<number, NodeId>();
  readonly #votes = new Map<string, NodeId>();
  /** Everything that was ever committed, by index. */
  readonly committed = new Map<number, Entry>();
  highestCommitted = 0;
  elections = 0;

  /** Election safety (fig. 3). */
  leads(id: NodeId, term: number): void {
    const other = this.#leaders.get(term);
    if (other !== undefined && other !== id) throw new Error(`term ${term} is led by ${other} and ${id}`);
    if (other === undefined) this.elections += 1;
    this.#leaders.set(term, id);
  }

  /** It is gone, disk and all, before anything was committed: whoever leads its term now has nothing of it. */
  forgets(id: NodeId): void {
    for (const [term, leader] of this.#leaders) if (leader === id) this.#leaders.delete(term);
  }

  /** One vote in a term, across restarts (§5.2), of one incarnation of a node. */
  votes(id: string, term: number, candidate: NodeId): void {
    const key = `${id}/${term}`;
    const other = this.#votes.get(key);
    if (other !== undefined && other !== candidate) throw new Error(`${key} voted for ${other} and ${candidate}`);
    this.#votes.set(key, candidate);
  }

  /** State machine safety: no two nodes apply different entries at one index (fig. 3). */
  applies(id: NodeId, entry: Entry): void {
    const known = this.committed.get(entry.index);
    if (known === undefined) {
      this.committed.set(entry.index, entry);
      this.highestCommitted = Math.max(this.highestCommitted, entry.index);
    } else if (known.term !== entry.term || known.kind !== entry.kind || textOf(known.data) !== textOf(entry.data)) {
      throw new Error(
        `${id} applies ${entry.index}/${entry.term}, which was committed as ${known.index}/${known.term}`,
      );
    }
  }
}
