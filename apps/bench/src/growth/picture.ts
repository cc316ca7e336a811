import { LineChart } from "echarts/charts";
import { GridComponent, LegendComponent, TitleComponent } from "echarts/components";
import { init, use } from "echarts/core";
import { SVGRenderer } from "echarts/renderers";
import type { GrowthPart, PlotPlan } from "./part.ts";

use([LineChart, GridComponent, LegendComponent, TitleComponent, SVGRenderer]);

const PLOT_WIDTH = 440;
const HEIGHT = 300;
/** From a palette that is told apart in grey, too, and by those who do not see red and green. */
const COLOURS = ["#0072b2", "#d55e00", "#009e73"];

/** The part's plots beside one another, as an SVG that needs nothing else. */
export function pictureOf(part: GrowthPart): string {
  const { plots } = part;
  const chart = init(null, null, { renderer: "svg", ssr: true, width: PLOT_WIDTH * plots.length, height: HEIGHT });
  const share = 100 / plots.length;
  chart.setOption({
    animation: false,
    backgroundColor: "#ffffff",
    color: COLOURS,
    title: plots.map(({ title }, i) => ({
      text: title,
      top: 4,
      left: `${share * i + 1}%`,
      textStyle: { fontSize: 13 },
    })),
    grid: plots.map((_, i) => ({
      left: `${share * i + 3}%`,
      width: `${share - 6}%`,
      top: 44,
      bottom: 48,
    })),
    legend: plots.map((plot, i) => ({ ...legendOf(part, plot), right: `${share * (plots.length - 1 - i) + 3}%` })),
    xAxis: plots.map((_, gridIndex) => ({ gridIndex, ...xAxisOf(part) })),
    yAxis: plots.map((_, gridIndex) => ({ gridIndex, type: "value", min: 0 })),
    series: plots.flatMap((plot, i) => seriesOf(part, plot, i)),
  });
  const svg = chart.renderToSVGString();
  chart.dispose();
  return `${svg}\n`;
}

/** One curve needs none: the title says what it is. */
function legendOf(part: GrowthPart, { keys }: PlotPlan): object {
  return { show: keys.length > 1, top: 6, data: keys.map((key) => titleOf(part, key)) };
}

function xAxisOf({ xScale, xTitle }: GrowthPart): object {
  const type = xScale === "linear" ? "value" : "log";
  const axisLabel = { formatter: (value: number) => shortLabel(value), hideOverlap: true };
  return { type, name: xTitle, nameLocation: "middle", nameGap: 28, scale: true, axisLabel };
}

function seriesOf(part: GrowthPart, { keys }: PlotPlan, index: number): readonly object[] {
  const { course, rows } = part;
  return keys.map((key) => ({
    type: "line",
    name: titleOf(part, key),
    ...{ xAxisIndex: index, yAxisIndex: index, showSymbol: course === undefined, symbolSize: 7 },
    data: (course ?? rows).map(({ x, figures }) => [x, figures[key]]),
  }));
}

function titleOf({ figures }: GrowthPart, key: string): string {
  return figures.find((figure) => figure.key === key)?.title ?? key;
}

/** `1k`, `1M`. */
export function shortLabel(value: number): string {
  if (value >= 1e6) return `${+(value / 1e6).toPrecision(3)}M`;
  return value >= 1e3 ? `${+(value / 1e3).toPrecision(3)}k` : String(+value.toPrecision(3));
}
