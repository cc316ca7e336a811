import { type ReadonlySignal, useComputed } from "@preact/signals";
import type { JSX } from "preact";
import type { DrawingTexts } from "../i18n/english.ts";
import { markPaths } from "../look/mark-look.ts";
import type { TimeMark } from "../view/time-mark.ts";
import { sparse } from "./bands.ts";
import { type TimeScale, xOf } from "./scale.ts";

export interface TimeMarksProps {
  readonly scale: ReadonlySignal<TimeScale>;
  readonly marks: ReadonlySignal<readonly TimeMark[]>;
  readonly texts: ReadonlySignal<DrawingTexts>;
}

const SYMBOL_Y = 29;
const SYMBOLS_APART = 7;

/** A tick for every commit, a symbol for everything else. */
export function TimeMarks({ scale, marks, texts }: TimeMarksProps): JSX.Element {
  const commits = useComputed(() => commitPath(marks.value, scale.value));
  const others = useComputed(() => marks.value.filter(({ kind }) => kind !== "commit"));
  const at = scale.value;
  const words = texts.value.marks;
  return (
    <>
      <path class="time-commits" d={commits} />
      {sparse(others.value, (atMs) => xOf(at, atMs), SYMBOLS_APART).map((mark) => (
        <path
          key={`${mark.kind} ${mark.atMs} ${mark.node ?? ""}`}
          class={`time-mark is-${mark.kind}`}
          d={markPaths[mark.kind]}
          transform={`translate(${xOf(at, mark.atMs).toFixed(1)} ${SYMBOL_Y})`}
          data-kind={mark.kind}
          aria-label={words[mark.kind]}
        />
      ))}
    </>
  );
}

/** One path for all commits: there may be thousands. */
export function commitPath(marks: readonly TimeMark[], scale: TimeScale): string {
  let path = "";
  let before = Number.NEGATIVE_INFINITY;
  for (const { kind, atMs } of marks) {
    if (kind !== "commit") continue;
    const x = Math.round(xOf(scale, atMs));
    if (x - before < 2) continue;
    before = x;
    path += `M${x}.5 37V42`;
  }
  return path;
}
