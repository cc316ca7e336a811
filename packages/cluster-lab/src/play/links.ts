import type { CutView } from "@quorate/drawing";
import type { NodeId } from "@quorate/raft-core";
import type { LinkConditions, MemoryNetwork } from "@quorate/transport-memory";
import type { LabOptions } from "../session/options.ts";

export type GivenConditions = { readonly [Name in keyof LinkConditions]?: LinkConditions[Name] | undefined };

/** What is the matter with the links of a network: which are cut, and what they do to messages. */
export class Links {
  readonly #network: MemoryNetwork;
  readonly #own = new Map<string, Partial<LinkConditions>>();
  #usual: LinkConditions;
  #cuts: readonly CutView[] = [];
  #delayMaxMs: number;

  constructor(network: MemoryNetwork, options: LabOptions) {
    const { delayMinMs, delayMaxMs, dropRate, duplicateRate, ordered } = options;
    this.#network = network;
    this.#usual = { delayMinMs, delayMaxMs, dropRate, duplicateRate, ordered };
    this.#delayMaxMs = delayMaxMs;
  }

  get cuts(): readonly CutView[] {
    return this.#cuts;
  }

  /** The longest that any link has been told to take. */
  get delayMaxMs(): number {
    return this.#delayMaxMs;
  }

  isCut(from: NodeId, to: NodeId): boolean {
    return this.#network.isCut(from, to);
  }

  conditions(from: NodeId, to: NodeId): LinkConditions {
    return { ...this.#usual, ...this.#own.get(keyOf(from, to)) };
  }

  cut(pairs: readonly CutView[]): void {
    this.#cutOnly([...this.#cuts.filter((each) => !isAmong(each, pairs)), ...pairs]);
  }

  heal(pairs: readonly CutView[]): void {
    this.#cutOnly(this.#cuts.filter((each) => !isAmong(each, pairs)));
  }

  healAll(): void {
    this.#cutOnly([]);
  }

  /** Cuts what leads from one group to another, and nothing else; those in no group form one together. */
  partition(ids: readonly NodeId[], groups: readonly (readonly NodeId[])[]): void {
    const groupOf = (id: NodeId): number => groups.findIndex((group) => group.includes(id));
    const pairs = ids.flatMap((from) => ids.map((to) => ({ from, to })));
    this.#cutOnly(pairs.filter(({ from, to }) => groupOf(from) !== groupOf(to)));
  }

  /** Throws a TypeError for conditions that cannot be. */
  change(conditions: GivenConditions, from?: NodeId, to?: NodeId): void {
    const given: Partial<LinkConditions> = Object.fromEntries(
      Object.entries(conditions).filter(([, value]) => value !== undefined),
    );
    if (from === undefined || to === undefined) {
      this.#network.setLinks(given);
      this.#usual = { ...this.#usual, ...given };
      for (const [key, own] of this.#own) this.#own.set(key, { ...own, ...given });
    } else {
      this.#network.setLink(from, to, given);
      this.#own.set(keyOf(from, to), { ...this.#own.get(keyOf(from, to)), ...given });
    }
    this.#delayMaxMs = Math.max(this.#delayMaxMs, conditions.delayMaxMs ?? 0);
  }

  #cutOnly(cuts: readonly CutView[]): void {
    this.#cuts = cuts;
    this.#network.heal();
    for (const { from, to } of cuts) this.#network.cut(from, to);
  }
}

function isAmong({ from, to }: CutView, pairs: readonly CutView[]): boolean {
  return pairs.some((each) => each.from === from && each.to === to);
}

function keyOf(from: NodeId, to: NodeId): string {
  return `${from}/${to}`;
}
