import type { NodeId } from "../../src/index.ts";
import { must } from "./violation.ts";
import type { Facts, World } from "./world.ts";

type Terms = readonly number[];

export const positions = (log: Terms): string =>
  log.length === 0 ? "nothing" : log.map((term, at) => `${at + 1}/${term}`).join(" ");

function sharedLength(one: Terms, other: Terms): number {
  let length = 0;
  while (length < one.length && length < other.length && one[length] === other[length]) length += 1;
  return length;
}

/** What was ever committed: the term of every entry, and the term in which it was committed first. */
export interface Committed {
  readonly terms: Terms;
  readonly during: Terms;
}

export const nothing: Committed = { terms: [], during: [] };

/** For each term its leader, as far as there was one. */
export type Elections = readonly (NodeId | undefined)[];

/** A node has been elected. Election safety: a term has one leader (fig. 3). */
export function electionsWith(elections: Elections, id: NodeId, term: number): Elections {
  const other = elections[term];
  must(other === undefined || other === id, () => `term ${term} has two leaders, ${other} and ${id}`);
  const length = Math.max(elections.length, term + 1);
  return Array.from({ length }, (_, each) => (each === term ? id : elections[each]));
}

/** Leader completeness: a leader holds what was committed in earlier terms (fig. 3). */
export function mustBeComplete({ terms, during }: Committed, id: NodeId, { term, log }: Facts): void {
  const earlier = terms.filter((_, at) => (during[at] ?? 0) < term);
  must(
    sharedLength(earlier, log) === earlier.length,
    () => `${id} leads term ${term} with ${positions(log)}, but ${positions(earlier)} was committed before`,
  );
}

/** A node commits. State machine safety: at one index all nodes commit the same entry (fig. 3). */
export function committedWith(before: Committed, id: NodeId, { log, commitIndex, term }: Facts): Committed {
  const own = log.slice(0, commitIndex);
  const { terms, during } = before;
  must(
    sharedLength(terms, own) === Math.min(terms.length, own.length),
    () => `${id} commits ${positions(own)}, but ${positions(terms)} is committed`,
  );
  return own.length > terms.length ? { terms: own, during: own.map((_, at) => during[at] ?? term) } : before;
}

/** A leader's log only grows while it leads (fig. 3). */
export function mustOnlyAppend(before: Facts, after: Facts, name: string): void {
  if (!before.leads || !after.leads || before.term !== after.term) return;
  must(
    sharedLength(before.log, after.log) === before.log.length,
    () =>
      `${name} leads term ${after.term} and drops entries: it had ${positions(before.log)}, now ${positions(after.log)}`,
  );
}

/** What is committed is on the disks of a majority. */
export function mustBeSafe(committed: Terms, nodes: readonly Facts[]): void {
  const held = nodes.map((facts) => sharedLength(committed, facts.disk)).toSorted((a, b) => b - a);
  const majority = held[Math.floor(nodes.length / 2)] ?? 0;
  must(
    majority === committed.length,
    () =>
      `${positions(committed)} is committed, but the disks hold ${nodes.map(({ disk }) => positions(disk)).join("; ")}`,
  );
}

/** Log matching: logs that have an entry in common are equal up to there, in memory and on disk (fig. 3). */
export function mustMatch(nodes: readonly Facts[]): void {
  const logs = nodes.flatMap(({ log, disk }) => [log, disk]);
  for (const [at, one] of logs.entries()) {
    for (const other of logs.slice(at + 1)) {
      const shared = sharedLength(one, other);
      const common = one.findLastIndex((term, index) => other[index] === term) + 1;
      must(common <= shared, () => `two logs part and meet again: ${positions(one)} and ${positions(other)}`);
    }
  }
  for (const [at, one] of nodes.entries()) {
    for (const other of nodes.slice(at + 1)) {
      const shared = sharedLength(one.disk, other.disk);
      const differs = one.kinds.findIndex((kind, index) => index < shared && kind !== other.kinds[index]);
      must(differs < 0, () => `entry ${differs + 1}/${one.disk[differs]} is of two kinds`);
    }
  }
}

/** Who acknowledges entries of a leader that still leads has these on its disk. */
export function mustHold(world: World, packet: number, sender: Facts, nodes: readonly Facts[]): void {
  const matchIndex = world.acknowledged.at(packet);
  if (matchIndex === 0) return;
  const { from, message } = world.packets.at(packet);
  for (const { leads, term, log } of nodes) {
    if (!leads || term !== message.term) continue;
    must(
      sharedLength(sender.disk, log) >= matchIndex,
      () =>
        `${from} acknowledges entry ${matchIndex}, but holds ${positions(sender.disk)}; its leader has ${positions(log)}`,
    );
  }
}
