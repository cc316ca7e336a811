import uPlot from "uplot";
import type { Values } from "./history.ts";

/** One line of a chart. */
export interface Line {
  readonly name: string;
  /** Of dashboard.css: `--line-0`. */
  readonly color: string;
  /** Besides the colour, for who does not tell colours apart; none is a line without gaps. */
  readonly dash: readonly number[];
}

export interface PlotData {
  readonly times: readonly number[];
  readonly values: readonly Values[];
}

export interface PlotOptions {
  readonly lines: readonly Line[];
  /** The scale reaches at least so far: what is next to nothing is not drawn as much. */
  readonly topMin: number;
  readonly formatValue: (value: number) => string;
  /** A time of day, with its seconds or without. */
  readonly formatTime: (atMs: number, hasSeconds: boolean) => string;
  /** The moment under the pointer has changed: its position among the times. */
  readonly onPoint: (position: number | undefined) => void;
}

/** A plot on the page. */
export interface Plot {
  update(data: PlotData): void;
  resize(width: number, height: number): void;
  destroy(): void;
}

const FONT = "11px system-ui, sans-serif";
/** Of the highest value: so much room is left above. */
const HEADROOM = 1.12;

/** Of the scale: 1, 2, 5, 10 and so on, so that labels of whole numbers are whole. */
const STEPS = Array.from({ length: 13 }, (_, power) => [1, 2, 5].map((digit) => digit * 10 ** (power - 3))).flat();

/** What has only begun is not squeezed to the edge; from then on, as much as there is. */
const WINDOW_MIN_SECONDS = 60;

const LONG_SECONDS = 150;

function windowOf(seconds: number): number {
  return Math.max(WINDOW_MIN_SECONDS, seconds);
}

/** Charts with one key show the same moment under the pointer. */
const together = uPlot.sync("dashboard");

/** Asks the browser what the theme's colours are right now: a canvas knows no variables. */
function colorsOn(element: HTMLElement): (variable: string) => string {
  return (variable) => {
    element.style.color = `var(${variable})`;
    const { color } = getComputedStyle(element);
    element.style.color = "";
    return color;
  };
}

/** Draws lines over time into `element`, or nothing where there is no canvas to draw on. */
export function openPlot(element: HTMLElement, data: PlotData, options: PlotOptions): Plot | undefined {
  if (document.createElement("canvas").getContext("2d") === null) return undefined;
  const color = colorsOn(element);
  const axis = { stroke: color("--ink-faint"), font: FONT, ticks: { show: false } } as const;
  const plot = new uPlot(
    {
      width: Math.max(80, element.clientWidth),
      height: Math.max(60, element.clientHeight),
      padding: [6, 26, 0, 0],
      legend: { show: false },
      cursor: { y: false, drag: { x: false, y: false, setScale: false }, sync: { key: together.key } },
      scales: {
        x: { range: (_plot, min, max) => [max - windowOf(max - min), max] },
        y: { range: (_plot, _min, max) => [0, Math.max(options.topMin, (max ?? 0) * HEADROOM)] },
      },
      series: [
        {},
        ...options.lines.map((line) => ({
          label: line.name,
          stroke: color(line.color),
          width: 1.75,
          dash: [...line.dash],
          points: { show: false },
          spanGaps: false,
        })),
      ],
      axes: [
        {
          ...axis,
          grid: { show: false },
          gap: 8,
          size: 28,
          // A time of day without seconds needs less room.
          space: (_plot, _axis, min, max) => (max - min > LONG_SECONDS ? 40 : 70),
          values: ({ data: [times] }, splits) => {
            if (times.length < 2) return splits.map(() => "");
            const hasSeconds = splits.some((seconds) => seconds % 60 !== 0);
            return splits.map((seconds) => options.formatTime(seconds * 1000, hasSeconds));
          },
        },
        {
          ...axis,
          grid: { stroke: color("--line"), width: 1 },
          size: 46,
          space: 22,
          incrs: STEPS,
          values: (_plot, splits) => splits.map((value) => options.formatValue(value)),
        },
      ],
      hooks: { setCursor: [({ cursor }) => options.onPoint(cursor.idx ?? undefined)] },
    },
    alignedData(data),
    element,
  );
  return {
    update: (next) => plot.setData(alignedData(next)),
    resize: (width, height) => plot.setSize({ width, height }),
    destroy: () => plot.destroy(),
  };
}

function alignedData({ times, values }: PlotData): uPlot.AlignedData {
  return [[...times], ...values.map((column) => [...column])];
}
