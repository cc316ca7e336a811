import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { checkRun } from "../check/check-run.ts";
import { recordVersion } from "../check/record.ts";
import type { RunRecord } from "../check/record.ts";
import { readHistory } from "../history/history-file.ts";
import { drawPlan } from "../plan/draw-plan.ts";
import { kinds } from "../plan/fault.ts";
import { readPlan } from "../plan/plan.ts";
import type { Plan } from "../plan/plan.ts";
import { reportOf } from "../report/report.ts";
import type { Report } from "../report/report.ts";
import { tableOf } from "../report/table.ts";
import { pointlessFor, probeCapabilities } from "../world/capabilities.ts";
import type { Capabilities } from "../world/capabilities.ts";
import { EnclosedRun } from "./enclosed-run.ts";
import { RunDirectory, leftoverInWords, leftovers } from "./run-directory.ts";
import { UsageError, settingsOf } from "./settings.ts";
import type { RunSettings } from "./settings.ts";

export const exitCodes = { held: 0, violated: 1, notRun: 2, interrupted: 130 } as const;

export interface Surroundings {
  readonly print: (text: string) => void;
  readonly complain: (text: string) => void;
  /** Whoever wants the run to be stopped calls what is given here, with how often that was asked for. */
  readonly onStop: (stop: (times: number) => void) => void;
}

/** Does what the command line asks for, and resolves with the exit code. */
export async function runCommandLine(args: readonly string[], surroundings: Surroundings): Promise<number> {
  const { print, complain } = surroundings;
  try {
    const settings = settingsOf(args);
    if (settings.type === "print") {
      print(settings.text.trimEnd());
      return exitCodes.held;
    }
    if (settings.type === "run") return await performRun(settings.run, settings.isJson, surroundings);
    const report = checkDirectory(settings.directory);
    print(settings.isJson ? JSON.stringify(report) : tableOf(report));
    return report.verdict === "held" ? exitCodes.held : exitCodes.violated;
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    complain(error.message);
    return exitCodes.notRun;
  }
}

/** Checks what a run has left in its directory. Throws a UsageError where there is none. */
export function checkDirectory(directory: string): Report {
  const [record, history] = ["record.json", "history.jsonl"].map((name) => join(directory, name));
  if (record === undefined || history === undefined || !existsSync(record) || !existsSync(history)) {
    throw new UsageError(`${directory} holds no run that came to its end: record.json and history.jsonl are needed`);
  }
  const known = JSON.parse(readFileSync(record, "utf8")) as RunRecord;
  const { version }: { readonly version: number } = known;
  if (version !== recordVersion) {
    const versions = `version ${version}, not ${recordVersion}`;
    throw new UsageError(`${record} is of ${versions}: check it with the chaos that has written it`);
  }
  const lines = readHistory(history);
  return reportOf(known, lines, checkRun(known, lines));
}

async function performRun(settings: RunSettings, isJson: boolean, surroundings: Surroundings): Promise<number> {
  const { print, complain } = surroundings;
  const capabilities = await probeCapabilities();
  if (capabilities.obstacle !== undefined) throw new UsageError(capabilities.obstacle);
  const { plan, leftOut } = planFor(settings, capabilities);
  for (const leftover of await leftovers()) (isJson ? complain : print)(leftoverInWords(leftover));
  const place = await RunDirectory.create();
  const directory = place.path;
  if (!isJson) {
    print(`seed ${plan.seed}: ${plan.nodes} nodes, ${plan.seconds} s of ${plan.kinds.join(", ")}`);
    print(`between the nodes: ${plan.isSecure ? "mutual TLS and a secret" : "plain text"}`);
    for (const { kind, reason } of leftOut) print(`left out: ${kind}: ${reason}`);
    const fate = settings.isKept ? "kept" : "removed in the end, but kept if something does not hold";
    print(`everything is written to ${directory} (${fate})`);
  }
  const { clients, operationsPerSecond, recoveryMsMax, reads } = settings;
  const job = { plan, leftOut, directory, clients, operationsPerSecond, recoveryMsMax, reads };
  const enclosed = new EnclosedRun(job, { isQuiet: isJson });
  let stops = 0;
  surroundings.onStop((times) => {
    stops = times;
    if (times > 1) enclosed.kill();
    else enclosed.stop();
  });
  const { code, signal } = await enclosed.ended;
  if (stops > 0) {
    complain("interrupted: nothing was checked");
    await place.remove();
    return exitCodes.interrupted;
  }
  if (code !== 0) {
    await place.keep();
    complain(`the run ended with ${signal ?? `exit code ${code}`} before its end; see ${directory}`);
    return exitCodes.notRun;
  }
  return conclude({ place, settings, isJson, print });
}

interface Conclusion {
  readonly place: RunDirectory;
  readonly settings: RunSettings;
  readonly isJson: boolean;
  readonly print: (text: string) => void;
}

async function conclude({ place, settings, isJson, print }: Conclusion): Promise<number> {
  const directory = place.path;
  const report = checkDirectory(directory);
  const hasHeld = report.verdict === "held";
  const isKept = settings.isKept || !hasHeld;
  await (isKept ? place.keep() : place.remove());
  print(isJson ? JSON.stringify({ ...report, ...(isKept && { directory }) }) : `\n${tableOf(report)}`);
  if (!isKept) {
    if (!isJson) print(`Removed: ${directory} (--keep would have kept it)`);
  } else if (!isJson) {
    print(`Kept: ${directory} (history, schedule, logs, data)`);
    const reads = settings.reads === "linearizable" ? "" : ` --reads ${settings.reads}`;
    print(`Play the schedule again: npm run chaos -- --plan ${join(directory, "plan.json")}${reads}`);
    print(`Check the history again: npm run chaos -- --check ${directory}`);
  }
  return hasHeld ? exitCodes.held : exitCodes.violated;
}

/** Throws a UsageError where kinds are asked for by name that cannot be had here. */
function planFor(
  settings: RunSettings,
  capabilities: Capabilities,
): { readonly plan: Plan; readonly leftOut: Capabilities["leftOut"] } {
  const given = settings.plan === undefined ? undefined : planIn(settings.plan);
  const { nodes, seconds, isSecure, seed = randomSeed() } = settings;
  const leftOut = [...capabilities.leftOut, ...pointlessFor(given?.nodes ?? nodes)];
  const asked = given?.kinds ?? settings.kinds;
  const missing = leftOut.filter(({ kind }) => asked?.includes(kind) === true);
  if (missing.length > 0) {
    throw new UsageError(`cannot be had here: ${missing.map(({ kind, reason }) => `${kind}: ${reason}`).join("; ")}`);
  }
  if (given !== undefined) return { plan: given, leftOut: [] };
  const possible = kinds.filter((kind) => !leftOut.some((each) => each.kind === kind));
  return {
    plan: drawPlan({ seed, nodes, seconds, kinds: asked ?? possible, isSecure }),
    leftOut: asked === undefined ? leftOut : [],
  };
}

function planIn(file: string): Plan {
  try {
    return readPlan(file);
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function randomSeed(): bigint {
  const [low = 0, high = 0] = crypto.getRandomValues(new Uint32Array(2));
  return (BigInt(high) << 32n) | BigInt(low);
}
