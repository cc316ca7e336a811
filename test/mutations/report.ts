import type { Findings } from "./hunt.ts";

/** What the whole hunt has come to. A timeout is told apart: it may be the machine's instead of the fault's. */
export function reportOf({ caught, survivors, leftOut }: Findings, seconds: number): readonly string[] {
  const failures = caught.filter(({ by }) => !by.isTimeout);
  const timeouts = caught.filter(({ by }) => by.isTimeout);
  const stages = Map.groupBy(failures, (found) => found.stage);
  const total = caught.length + survivors.length;
  return [
    "",
    ...[...stages].map(([stage, found]) => `${String(found.length).padStart(4)} caught by ${stage}`),
    `${String(timeouts.length).padStart(4)} ended by a timeout only`,
    ...leftOut.map((reason) => `left out: ${reason}`),
    ...timeouts.map(
      ({ mutation, stage, by }) => `TIMEOUT ${mutation.file}: ${mutation.breaks}\n  ${stage}: ${by.what}`,
    ),
    ...survivors.map(({ file, old, new: text, breaks }) => `SURVIVED ${file}: ${breaks}\n  - ${old}\n  + ${text}`),
    `${total} faults, ${failures.length} caught, ${timeouts.length} timeouts, ${survivors.length} survivors, ${Math.round(seconds)} s`,
  ];
}
