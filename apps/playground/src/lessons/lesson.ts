import type { Action, NewLab } from "@quorate/cluster-lab";
import type { ClusterView, Language } from "@quorate/drawing";
import type { PanelName } from "../state/app-state.ts";
import type { Move } from "../state/moves.ts";

/** A text in every language that the page speaks. */
export type Words = Readonly<Record<Language, string>>;

/**
 * A guided scenario: a cluster, and a few steps. It is played on the real thing: what a step tells, the nodes do; and the
 * reader may do anything else at any time.
 */
export interface Lesson {
  /** In the address; the file's name. */
  readonly id: string;
  readonly title: Words;
  /** One sentence. */
  readonly summary: Words;
  /** Of the paper: `§5.2`. */
  readonly section: string;
  /** The same seed, the same lesson. */
  readonly start: NewLab;
  readonly steps: readonly LessonStep[];
}

export interface LessonStep {
  /**
   * Paragraphs with an empty line between them; `**strong**` and `` `code` `` are all the markup there is. `{leader}`
   * stands for what `names` says.
   */
  readonly text: Words;
  /** What the text calls by name, as it is when the step begins. */
  readonly names?: (view: ClusterView) => Readonly<Record<string, string | number>>;
  /** Where to look: ids of nodes, and `data-part` names of the page (see styles/highlights.css). */
  readonly highlights?: readonly string[] | ((view: ClusterView) => readonly string[]);
  /** As many times real time, one of `speeds`; stays until another step changes it. */
  readonly speed?: number;
  readonly panel?: PanelName;
  /** What happens by itself when the step begins. Time passes while it does. */
  readonly moves?: readonly Move[];
  /** What the reader is asked to do. A button does it, too. */
  readonly ask?: Ask;
  /** Time stands still until the reader has done it: what is to be shown would be over before it is read. */
  readonly isHeld?: boolean;
  /**
   * What the step waits for. Time passes until then, and stops. Without it, and without `moves`, nothing moves while the
   * step is read.
   */
  readonly until?: (view: ClusterView) => boolean;
}

export interface Ask {
  readonly words: Words;
  readonly action: Action | ((view: ClusterView) => Action);
}
