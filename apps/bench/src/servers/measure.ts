import type { Measure } from "../cli/modes.ts";
import { describeMachine } from "../machine/machine.ts";
import { quorate } from "../systems/quorate.ts";
import { rivalFor } from "../systems/rival.ts";
import { inTurns } from "../systems/turns.ts";
import { ratiosOf, sideOf } from "./report.ts";
import type { RunReport, ServersReport } from "./report.ts";
import { runOnce } from "./run.ts";
import { serversText } from "./text.ts";

/** Clusters of ours, and of a rival in turns with them, each turn a new one, under the same load. */
export const measureServers: Measure = async (settings, ground) => {
  const { load, turns, rival: rivalName } = settings;
  const machine = await describeMachine(ground.directory);
  const ours = quorate();
  const { rival, reason } = await rivalFor(rivalName, ground);
  const runs = new Map<string, RunReport[]>();
  const systems = rival === undefined ? [ours] : [ours, rival];
  for (const { turn, side: system } of inTurns(systems, turns)) {
    const name = turns === 1 ? system.name : `${system.name}, turn ${turn} of ${turns}`;
    const run = await runOnce({ system, load, name }, ground);
    runs.set(system.name, [...(runs.get(system.name) ?? []), run]);
  }
  const own = sideOf(ours, runs.get(ours.name) ?? []);
  const other = rival === undefined ? undefined : sideOf(rival, runs.get(rival.name) ?? []);
  const report: ServersReport = {
    ...{ benchmark: "servers", machine, load, ...own },
    ...(other === undefined ? {} : { rival: other, ratios: ratiosOf(own, other) }),
    ...(reason === undefined ? {} : { withoutRival: reason }),
  };
  return { report, text: serversText(report) };
};
