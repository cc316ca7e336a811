import type { Measure } from "../cli/modes.ts";
import { UsageError } from "../cli/settings.ts";
import { describeMachine } from "../machine/machine.ts";
import { quorate } from "../systems/quorate.ts";
import { rivalFor } from "../systems/rival.ts";
import type { System } from "../systems/system.ts";
import { inTurns, sharesOf } from "../systems/turns.ts";
import { failoverRatiosOf, failoverSideOf, failoverText, togetherOf } from "./report.ts";
import type { FailoverReport, FailoverSide, Killed } from "./report.ts";
import { paceMs, runFailover } from "./run.ts";

/** How long nothing is acknowledged after the leader was killed, of ours and in turns with it of the rival's. */
export const measureFailover: Measure = async ({ mode, load: given, rival: rivalName, turns }, ground) => {
  if (mode.type !== "failover") throw new TypeError("mode: must be failover");
  const load = { ...given, scenario: "put" } as const;
  if (load.nodes < 3)
    throw new UsageError("--failover needs --nodes 3 or more: fewer do not go on without their leader");
  const machine = await describeMachine(ground.directory);
  const { rival, reason } = await rivalFor(rivalName, ground);
  const own = quorate();
  const shares = sharesOf(mode.kills, turns);
  const killed = new Map<System, Killed[]>();
  for (const { turn, side: system } of inTurns(rival === undefined ? [own] : [own, rival], shares.length)) {
    const options = { system, load, kills: shares[turn - 1] ?? 0, name: `${system.name}-${turn}` };
    killed.set(system, [...(killed.get(system) ?? []), await runFailover(options, ground)]);
  }
  const sideFor = (system: System): FailoverSide => failoverSideOf(togetherOf(system, killed.get(system) ?? []));
  const ours = sideFor(own);
  const theirs = rival === undefined ? undefined : sideFor(rival);
  const report: FailoverReport = {
    ...{ benchmark: "failover", machine, nodes: load.nodes, valueBytes: load.valueBytes, paceMs, ...ours },
    ...(theirs === undefined ? {} : { rival: theirs, ratios: failoverRatiosOf(ours, theirs) }),
    ...(reason === undefined ? {} : { withoutRival: reason }),
  };
  return { report, text: failoverText(report) };
};
