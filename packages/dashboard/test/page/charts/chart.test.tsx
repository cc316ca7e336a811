// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { PlotData, PlotOptions } from "../../../src/page/charts/plot.ts";
import { leaderReport, reportOf } from "../support/reports.ts";
import { TestPage } from "../support/page.tsx";

/** What was drawn in one plot: as many columns as it has lines, each time. */
interface Drawn {
  readonly lines: readonly string[];
  readonly columns: number[];
  isDestroyed: boolean;
}

const { drawn } = vi.hoisted(() => ({ drawn: [] as Drawn[] }));

vi.mock("../../../src/page/charts/plot.ts", () => ({
  openPlot: (_element: HTMLElement, data: PlotData, { lines }: PlotOptions) => {
    const plot: Drawn = { lines: lines.map(({ name }) => name), columns: [data.values.length], isDestroyed: false };
    drawn.push(plot);
    return {
      update: ({ values }: PlotData) => void plot.columns.push(values.length),
      resize: () => undefined,
      destroy: () => void (plot.isDestroyed = true),
    };
  },
}));

let page: TestPage;

beforeEach(async () => {
  drawn.length = 0;
  page = new TestPage();
  await page.open();
});
afterEach(() => page.close());

/** Time passes in one go, as far as the page is concerned: it is drawn anew only afterwards. */
const passWithReports = (...reports: Parameters<TestPage["report"]>[1][]) =>
  page.follow(() => {
    for (let second = 0; second < 400; second += 1) {
      page.nowMs += 1000;
      for (const report of reports) {
        page.streams.say("http://127.0.0.1:8001", JSON.stringify({ type: "node", report }));
      }
      page.app.tick();
    }
  });

test("followers come and go: each plot is given the lines that it was opened with", async () => {
  await passWithReports(leaderReport("n1", { n2: 5, n3: 5 }), reportOf("n2"));
  expect(drawn.at(-1)?.lines).toEqual(["n2", "n3"]);
  const gone = leaderReport("n1", { n2: 5 }, { raft: { commitIndex: 9 } });
  const membership = { ...gone.raft.membership, voters: ["n1", "n2"] };
  await passWithReports({ ...gone, raft: { ...gone.raft, membership } });
  await page.pass(1000);
  expect(drawn.at(-1)?.lines).toEqual(["n2"]);
  for (const { lines, columns } of drawn) expect(new Set(columns)).toEqual(new Set([lines.length]));
  expect(drawn.filter(({ isDestroyed }) => !isDestroyed)).toHaveLength(4);
});
