import type { Measure } from "../cli/modes.ts";
import { UsageError } from "../cli/settings.ts";
import { describeMachine } from "../machine/machine.ts";
import { quorate } from "../systems/quorate.ts";
import { rivalFor } from "../systems/rival.ts";
import type { System } from "../systems/system.ts";
import { failoverRatiosOf, failoverSideOf, failoverText } from "./report.ts";
import type { FailoverReport, FailoverSide } from "./report.ts";
import { paceMs, runFailover } from "./run.ts";

/** How long nothing is acknowledged after the leader was killed: ours, then the rival's. */
export const measureFailover: Measure = async ({ mode, load: given, rival: rivalName }, ground) => {
  if (mode.type !== "failover") throw new TypeError("mode: must be failover");
  const load = { ...given, scenario: "put" } as const;
  if (load.nodes < 3)
    throw new UsageError("--failover needs --nodes 3 or more: fewer do not go on without their leader");
  const machine = await describeMachine(ground.directory);
  const { rival, reason } = await rivalFor(rivalName, ground);
  const { kills } = mode;
  const sideFor = async (system: System): Promise<FailoverSide> =>
    failoverSideOf(await runFailover({ system, load, kills, name: system.name }, ground));
  const ours = await sideFor(quorate());
  const theirs = rival === undefined ? undefined : await sideFor(rival);
  const report: FailoverReport = {
    ...{ benchmark: "failover", machine, nodes: load.nodes, valueBytes: load.valueBytes, paceMs, ...ours },
    ...(theirs === undefined ? {} : { rival: theirs, ratios: failoverRatiosOf(ours, theirs) }),
    ...(reason === undefined ? {} : { withoutRival: reason }),
  };
  return { report, text: failoverText(report) };
};
