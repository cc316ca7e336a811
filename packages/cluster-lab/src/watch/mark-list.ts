import type { TimeMark } from "@quorate/drawing";

/** Commits are by far the most; they must not cost the others their places. */
type Group = "actions" | "commits" | "others";

/** Of commits, and of others that came by themselves; beyond, every second one of their older half goes. */
const MARKS_MAX = 3_000;

/** What somebody did is kept: there are never more than actions. */
function groupOf({ kind, values }: TimeMark): Group {
  if (values?.["action"] !== undefined) return "actions";
  return kind === "commit" ? "commits" : "others";
}

/** The marks of a history, by time; a bounded number of them. */
export class MarkList {
  #all: TimeMark[] = [];
  readonly #counts: Record<Group, number> = { actions: 0, commits: 0, others: 0 };
  /** What was last given out, for as long as it is all. */
  #given: readonly TimeMark[] | undefined;

  /** The same list for as long as there are no others. */
  get all(): readonly TimeMark[] {
    this.#given ??= [...this.#all];
    return this.#given;
  }

  add(mark: TimeMark): void {
    const group = groupOf(mark);
    this.#all.push(mark);
    this.#counts[group] += 1;
    this.#given = undefined;
    if (group !== "actions" && this.#counts[group] > MARKS_MAX) this.#thinOut(group);
  }

  /** What came after `step` never happened. */
  cut(step: number): void {
    this.#keep((mark) => (mark.step ?? 0) <= step);
  }

  #thinOut(group: Group): void {
    const older = this.#counts[group] / 2;
    let seen = 0;
    this.#keep((mark) => {
      if (groupOf(mark) !== group) return true;
      seen += 1;
      return seen > older || seen % 2 === 0;
    });
  }

  #keep(isKept: (mark: TimeMark) => boolean): void {
    this.#all = this.#all.filter((mark) => {
      const isStaying = isKept(mark);
      if (!isStaying) this.#counts[groupOf(mark)] -= 1;
      return isStaying;
    });
    this.#given = undefined;
  }
}
