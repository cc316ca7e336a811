import { onThemeChange } from "@quorate/drawing";
import type { Signal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { AppState } from "../state/app-state.ts";
import { summaryOf } from "./history.ts";
import { type Line, type Plot, openPlot } from "./plot.ts";

/** A line of a chart and the measure that it draws. */
export interface ChartLine extends Line {
  readonly measure: string;
}

export interface ChartProps {
  readonly app: AppState;
  readonly title: string;
  readonly hint?: string | undefined;
  readonly lines: readonly ChartLine[];
  /** See `PlotOptions`. */
  readonly topMin: number;
  /** With its unit. */
  readonly formatValue: (value: number | undefined) => string;
  /** What is said where there are no lines. */
  readonly nothing: string;
  /** The moment that is pointed at, in all charts: its position among the times. */
  readonly pointed: Signal<number | undefined>;
}

/** Measures over the last minutes: a picture, the present values beside the names of the lines, and a summary in words. */
export function Chart(props: ChartProps): JSX.Element {
  const { app, title, hint, lines, formatValue, nothing, pointed } = props;
  const { charts } = app.texts.value;
  const canvas = usePlot(props);
  void app.samples.value; // The history is no signal: this says when it has changed.
  const { times } = app.history;
  const position = Math.min(pointed.value ?? times.length - 1, times.length - 1);
  const time = pointed.value === undefined ? undefined : times[position];
  const summaries = lines.flatMap(({ measure, name }) => {
    const summary = summaryOf(app.history.valuesOf(measure));
    if (summary === undefined) return [];
    return [charts.summary(name, formatValue(summary.now), formatValue(summary.min), formatValue(summary.max))];
  });
  return (
    <figure class="card chart" aria-label={title}>
      <figcaption>
        <span class="chart-title" title={hint}>
          {title}
        </span>
        <span class="chart-time">{time === undefined ? "" : charts.at(app.format.value.clock(time * 1000))}</span>
      </figcaption>
      <ul class="chart-lines">
        {lines.length === 0 ? <li class="soft">{nothing}</li> : null}
        {lines.map(({ measure, name, color, dash }) => (
          <li key={measure}>
            <svg viewBox="0 0 22 8" aria-hidden="true">
              <line x1="0" x2="22" y1="4" y2="4" stroke={`var(${color})`} stroke-dasharray={dash.join(" ")} />
            </svg>
            {name} <strong>{formatValue(app.history.valuesOf(measure)[position] ?? undefined)}</strong>
          </li>
        ))}
      </ul>
      <div class="chart-plot" ref={canvas} aria-hidden="true" />
      <p class="visually-hidden">{summaries.length === 0 ? charts.nothing : summaries.join(" ")}</p>
    </figure>
  );
}

/** Draws into the element of the returned reference, anew when lines, language or theme are others. */
function usePlot({ app, lines, topMin, formatValue, pointed }: ChartProps): {
  readonly current: HTMLDivElement | null;
} {
  const element = useRef<HTMLDivElement>(null);
  const format = app.format.value;
  const shape = `${lines.map(({ measure, name }) => `${measure}=${name}`).join(";")} ${app.settings.language.value}`;

  useEffect(() => {
    const frame = element.current;
    if (frame === null) return undefined;
    const data = () => ({
      times: app.history.times,
      values: lines.map(({ measure }) => app.history.valuesOf(measure)),
    });
    let plot: Plot | undefined;
    const open = (): void => {
      plot?.destroy();
      plot = openPlot(frame, data(), {
        lines,
        topMin,
        formatValue,
        formatTime: (atMs, hasSeconds) => (hasSeconds ? format.clock(atMs) : format.minute(atMs)),
        onPoint: (position) => (pointed.value = position),
      });
    };
    open();
    const stopThemes = onThemeChange(open);
    const stopSamples = app.samples.subscribe(() => plot?.update(data()));
    const observer =
      typeof ResizeObserver === "undefined"
        ? undefined
        : new ResizeObserver(() => {
            if (frame.clientWidth > 0) plot?.resize(frame.clientWidth, frame.clientHeight);
          });
    observer?.observe(frame);
    return () => {
      observer?.disconnect();
      stopThemes();
      stopSamples();
      plot?.destroy();
    };
    // The lines and the format follow from the shape.
  }, [shape]);
  return element;
}
