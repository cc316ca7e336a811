import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import type { AppState } from "../state/app-state.ts";
import { leaderOf } from "../state/cluster.ts";
import { Chart, type ChartLine } from "./chart.tsx";
import { measureNames } from "./measures.ts";

/** Colours are used again after so many; the dashes differ then. */
const COLORS = 6;
const DASHES: readonly (readonly number[])[] = [[], [6, 3], [2, 3]];

/** How fast the cluster is, and how far each follower is behind. */
export function Charts({ app }: { readonly app: AppState }): JSX.Element {
  const { charts } = app.texts.value;
  const format = app.format.value;
  const pointed = useSignal<number | undefined>(undefined);
  const ms = (value: number | undefined): string => format.ms(value);
  const latencies = (median: string, tail: string): readonly ChartLine[] => [
    { measure: median, name: charts.median, color: "--line-0", dash: [] },
    { measure: tail, name: charts.tail, color: "--line-1", dash: [6, 3] },
  ];
  const common = { app, pointed, nothing: charts.nothing };
  return (
    <section class="charts" aria-label={charts.title}>
      <Chart
        {...common}
        title={charts.commits}
        lines={[{ measure: measureNames.commits, name: charts.commitsLine, color: "--line-0", dash: [] }]}
        topMin={10}
        formatValue={(value) => format.rate(value)}
      />
      <Chart
        {...common}
        title={charts.writes}
        lines={latencies(measureNames.writeMedian, measureNames.writeTail)}
        topMin={2}
        formatValue={ms}
      />
      <Chart
        {...common}
        title={charts.reads}
        hint={charts.readsHint}
        lines={latencies(measureNames.readMedian, measureNames.readTail)}
        topMin={2}
        formatValue={ms}
      />
      <Chart
        {...common}
        title={charts.lag}
        lines={lagLines(app)}
        topMin={10}
        formatValue={(value) => format.count(value)}
        nothing={charts.noFollowers}
      />
    </section>
  );
}

/** A node keeps its colour, whoever leads. */
function lagLines(app: AppState): readonly ChartLine[] {
  void app.samples.value; // Often enough: with every report would be for nothing.
  const cluster = app.cluster.peek();
  const followers = new Set(leaderOf(cluster)?.raft.followers.map(({ id }) => id));
  const measured = new Set(app.history.names);
  return cluster.nodes.flatMap(({ id }, place) => {
    const measure = measureNames.lag(id);
    if (!followers.has(id) && !measured.has(measure)) return [];
    const dash = DASHES[Math.floor(place / COLORS) % DASHES.length] ?? [];
    return [{ measure, name: id, color: `--line-${place % COLORS}`, dash }];
  });
}
