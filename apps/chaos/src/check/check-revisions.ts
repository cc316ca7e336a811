import { isOk, isRead } from "../history/operation.ts";
import type { HistoryLine, OkLine } from "../history/operation.ts";
import type { Finding } from "./record.ts";

const name = "revisions";

/**
 * Holds the answers to what they say of the store's revision, which is one for all keys and grows by one with each change.
 * Other than the checker of single keys this sees across them, and it never has to give up:
 *
 * - every answer says which revision it is of;
 * - no two changes have the same revision;
 * - whatever is called after another operation was answered has no lower revision, and a change a higher one;
 * - a value has the same revision whoever reads it, and that of its put;
 * - a get at some revision sees no older value than the last acknowledged change of that key up to there;
 * - a put-if that was done has found what it expects.
 */
export function checkRevisions(history: readonly HistoryLine[]): Finding {
  const lines = history.filter(isOk);
  const known = new Changes(lines, history);
  const violation =
    untold(lines) ??
    repeated(lines) ??
    backwards(lines) ??
    renamed(lines) ??
    outdated(lines, known) ??
    unexpected(lines, known);
  if (violation !== undefined) return { check: name, holds: false, words: violation };
  const changes = lines.filter((line) => line.revisions.changed).length;
  return { check: name, holds: true, words: `${changes} changes and ${lines.length - changes} answers in one order` };
}

function untold(lines: readonly OkLine[]): string | undefined {
  const line = lines.find(({ revisions }) => !Number.isSafeInteger(revisions.revision));
  return line && `no revision is told: ${tell(line)}`;
}

function repeated(lines: readonly OkLine[]): string | undefined {
  const makers = new Map<number, OkLine>();
  for (const line of lines) {
    if (!line.revisions.changed) continue;
    const other = makers.get(line.revisions.revision);
    if (other !== undefined) return `two changes made the same revision: ${tell(other)}, and ${tell(line)}`;
    makers.set(line.revisions.revision, line);
  }
  return undefined;
}

function backwards(lines: readonly OkLine[]): string | undefined {
  const byCall = lines.toSorted((a, b) => a.calledAt - b.calledAt);
  const byEnd = lines.toSorted((a, b) => a.endedAt - b.endedAt);
  let ended = 0;
  let latest: OkLine | undefined;
  for (const line of byCall) {
    for (let before = byEnd[ended]; before !== undefined && before.endedAt < line.calledAt; before = byEnd[++ended]) {
      if (latest === undefined || before.revisions.revision > latest.revisions.revision) latest = before;
    }
    if (latest === undefined) continue;
    const { revision, changed } = line.revisions;
    if (revision < latest.revisions.revision || (changed && revision === latest.revisions.revision)) {
      return `after ${tell(latest)}, ${tell(line)} is of an older state`;
    }
  }
  return undefined;
}

function renamed(lines: readonly OkLine[]): string | undefined {
  const revisions = new Map<string, OkLine>();
  for (const line of lines) {
    const { input, output, revisions: own } = line;
    const isPut = own.changed && input.type !== "delete" && input.type !== "get";
    const value = isPut ? input.value : isRead(input) && output !== true ? output : null;
    if (value === null) continue;
    const other = revisions.get(value);
    if (other !== undefined && valueRevisionOf(other) !== valueRevisionOf(line)) {
      return `one value has two revisions: ${tell(other)}, and ${tell(line)}`;
    }
    revisions.set(value, line);
  }
  return undefined;
}

function valueRevisionOf({ revisions }: OkLine): number | undefined {
  return revisions.changed ? revisions.revision : revisions.modRevision;
}

/** The acknowledged changes of each key, by revision. */
class Changes {
  readonly #byKey = new Map<string, OkLine[]>();
  readonly #byValue = new Map<string, OkLine>();
  /** Keys that somebody may have deleted without being told so. */
  readonly #maybeDeleted: ReadonlySet<string>;

  constructor(lines: readonly OkLine[], history: readonly HistoryLine[]) {
    const sorted = lines.toSorted((a, b) => a.revisions.revision - b.revisions.revision);
    for (const line of sorted.filter(({ revisions }) => revisions.changed)) {
      const ofKey = this.#byKey.get(line.input.key) ?? [];
      this.#byKey.set(line.input.key, ofKey);
      ofKey.push(line);
      if ("value" in line.input) this.#byValue.set(line.input.value, line);
    }
    this.#maybeDeleted = maybeDeletedIn(history);
  }

  /** The last one of a key up to that revision. */
  lastUpTo(key: string, revision: number): OkLine | undefined {
    return lastUpTo(this.#byKey.get(key) ?? [], revision);
  }

  /** Whether nothing can have been there right after it, unless somebody did what nobody knows of. */
  mayBeGone({ input }: OkLine): boolean {
    return input.type === "delete" || this.#maybeDeleted.has(input.key);
  }

  /** The one that put this value. */
  putOf(value: string): OkLine | undefined {
    return this.#byValue.get(value);
  }
}

/** Keys of which a delete may have been done that was not acknowledged. */
export function maybeDeletedIn(history: readonly HistoryLine[]): ReadonlySet<string> {
  return new Set(
    history.flatMap(({ outcome, input }) => (outcome === "unknown" && input.type === "delete" ? [input.key] : [])),
  );
}

function outdated(lines: readonly OkLine[], changes: Changes): string | undefined {
  for (const line of lines) {
    if (!isRead(line.input)) continue;
    const before = changes.lastUpTo(line.input.key, line.revisions.revision);
    if (before === undefined) continue;
    const isGone = line.output === null && !changes.mayBeGone(before);
    const isOlder = line.output !== null && (line.revisions.modRevision ?? 0) < before.revisions.revision;
    if (isGone || isOlder) return `${tell(line)} does not see ${tell(before)}`;
  }
  return undefined;
}

/** A put-if that was done, though what it expected was over, or was not there any more. */
function unexpected(lines: readonly OkLine[], changes: Changes): string | undefined {
  for (const line of lines) {
    const { input, revisions } = line;
    if (input.type !== "put-if" || !revisions.changed) continue;
    const before = changes.lastUpTo(input.key, revisions.revision - 1);
    if (before === undefined) continue;
    const expected = input.expected === null ? undefined : changes.putOf(input.expected);
    const isThere = input.expected === null && !changes.mayBeGone(before);
    const isOver = expected !== undefined && expected.revisions.revision < before.revisions.revision;
    if (isThere || isOver) return `${tell(line)} expected ${String(input.expected)} right after ${tell(before)}`;
  }
  return undefined;
}

function lastUpTo(sorted: readonly OkLine[], revision: number): OkLine | undefined {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle]?.revisions.revision ?? Infinity) <= revision) low = middle + 1;
    else high = middle;
  }
  return sorted[low - 1];
}

/** An operation in words. */
export function tell({ client, node, input, output, revisions, calledAt, endedAt }: OkLine): string {
  const value = "value" in input ? ` ${input.value}` : "";
  const answer = isRead(input) ? ` = ${String(output)} (modRevision ${revisions.modRevision ?? "none"})` : "";
  const times = `${calledAt.toFixed(1)} to ${endedAt.toFixed(1)} ms`;
  return `[client ${client} at ${node}: ${input.type} ${input.key}${value}${answer}, revision ${revisions.revision}, ${times}]`;
}
