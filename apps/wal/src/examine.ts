import type { FileSystem } from "@quorate/raft-core";
import { type SnapshotReport, inspectSnapshots } from "@quorate/snapshot";
import { type Finding, type LogReport, inspectLog } from "@quorate/storage-file";
import { misfits } from "./misfits.ts";
import { NODE_RECORD, recordDamage } from "./node-record.ts";
import { NEXT_START, REPLACE_NODE } from "./remedies.ts";

/**
 * - `healthy`: a node starts on it and changes nothing but what it writes anew.
 * - `mendable`: what was found keeps no node from starting, or only one that is to found a cluster; each finding says
 *   what the start does about it.
 * - `damaged`: no node starts on it.
 * - `empty`: nothing was ever stored.
 * - `running`: a process runs on it, and something looks wrong; that may be what the process was writing just then.
 */
export type Verdict = "healthy" | "mendable" | "damaged" | "empty" | "running";

/** What a node keeps in a directory. */
export interface DataReport {
  readonly directory: string;
  readonly verdict: Verdict;
  /** The process that had it open before or after it was read. */
  readonly heldBy: number | undefined;
  /** Undefined where the directory holds snapshots only. */
  readonly log: LogReport | undefined;
  /** The latest last; undefined where the directory holds a log only. */
  readonly snapshots: readonly SnapshotReport[] | undefined;
  /** All that is wrong, in the log, in the snapshots, and between the two. */
  readonly findings: readonly Finding[];
}

export interface ReadOnlyFileSystem extends Pick<FileSystem, "list" | "open"> {
  /** The process that holds a lock, and lives; undefined where none does. Takes nothing. */
  lockHolder(path: string): Promise<number | undefined>;
}

const STOP_FIRST = "Stop the node and verify again: it may have been writing this when it was read";

/**
 * Examines a node's data directory (with `log` and `snapshots` in it), or a log's or a snapshot store's own. Changes
 * nothing, and takes no lock. Rejects with an error for the operator where there is none of them, or where it cannot be
 * read.
 */
export async function examine(path: string, fileSystem: ReadOnlyFileSystem): Promise<DataReport> {
  const directory = path.replace(/(?<=.)\/+$/, "");
  const places = placesOf(directory, await namesIn(directory, fileSystem));
  // It may be started or end meanwhile.
  const heldBefore = await holderOf(places, fileSystem);
  const found = await read(directory, places, fileSystem).catch((error: unknown) =>
    error instanceof Error ? error : new Error(String(error)),
  );
  const heldBy = heldBefore ?? (await holderOf(places, fileSystem));
  if (found instanceof Error) throw heldBy === undefined ? found : notReadBeside(heldBy, directory, found);
  const { log, snapshots, findings } = found;
  const verdict = verdictOf(log, snapshots, findings);
  if (heldBy === undefined || findings.length === 0) return { directory, verdict, heldBy, ...found };
  const doubtful = findings.map((finding): Finding => ({ ...finding, severity: "notice", remedy: STOP_FIRST }));
  return { directory, verdict: "running", heldBy, log, snapshots, findings: doubtful };
}

interface Places {
  readonly record: string | undefined;
  readonly log: string | undefined;
  readonly snapshots: string | undefined;
}

async function holderOf({ log, snapshots }: Places, fileSystem: ReadOnlyFileSystem): Promise<number | undefined> {
  const ofLog = log === undefined ? undefined : await fileSystem.lockHolder(`${log}/LOCK`);
  return ofLog ?? (snapshots === undefined ? undefined : await fileSystem.lockHolder(`${snapshots}/snapshots.lock`));
}

/** A file may have been deleted after it was listed. */
function notReadBeside(heldBy: number, directory: string, cause: Error): Error {
  const what = `${directory} could not be read while process ${heldBy} runs on it`;
  return new Error(`${what}: stop the node, or try again (${cause.message})`, { cause });
}

async function read(
  directory: string,
  places: Places,
  fileSystem: ReadOnlyFileSystem,
): Promise<Pick<DataReport, "log" | "snapshots" | "findings">> {
  const log = places.log === undefined ? undefined : await inspectLog({ directory: places.log, fileSystem });
  const snapshots =
    places.snapshots === undefined ? undefined : await inspectSnapshots({ directory: places.snapshots, fileSystem });
  const record = places.record && (await recordDamage(places.record, REPLACE_NODE, fileSystem));
  const findings = [
    ...(record ? [record] : []),
    ...(log?.findings ?? []),
    ...(snapshots ?? []).flatMap((report, at, all) => findingIn(report, at === all.length - 1) ?? []),
    ...misfitsIn(directory, places, { log, snapshots }),
  ];
  return { log, snapshots, findings };
}

/** In a node's whole directory what is not there is lost, or was never begun; beside a log or snapshots alone it may be elsewhere. */
function misfitsIn(
  directory: string,
  places: Places,
  { log, snapshots = [] }: Pick<DataReport, "log" | "snapshots">,
): readonly Finding[] {
  if (places.log === directory || places.snapshots === directory) return [];
  if (log?.findings.some(({ severity }) => severity === "damage") === true) return [];
  const latest = snapshots.findLast(({ snapshot }) => snapshot !== undefined)?.snapshot;
  const isServers = places.record !== undefined;
  return misfits({ file: `${directory}/log`, state: log?.state, latest, isServers });
}

async function namesIn(directory: string, fileSystem: ReadOnlyFileSystem): Promise<readonly string[]> {
  try {
    return await fileSystem.list(directory);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`cannot read the directory ${directory}: ${reason}`, { cause: error });
  }
}

function placesOf(directory: string, names: readonly string[]): Places {
  const below = (name: string): string | undefined => (names.includes(name) ? `${directory}/${name}` : undefined);
  const places = { record: below(NODE_RECORD), log: below("log"), snapshots: below("snapshots") };
  if (places.log !== undefined || places.snapshots !== undefined) return places;
  if (names.includes("LOCK") || names.some((name) => /^\d+-\d+\.log$/.test(name))) return { ...places, log: directory };
  if (names.some((name) => /^snapshots?[-.]/.test(name))) return { ...places, snapshots: directory };
  throw new Error(
    `${directory} holds neither a log nor snapshots: name a node's data directory, with log/ and snapshots/ in it, or one of these`,
  );
}

function findingIn({ file, isUnfinished, damage }: SnapshotReport, isLatest: boolean): Finding | undefined {
  if (isUnfinished)
    return { severity: "notice", file, offsetBytes: 0, reason: "it was not finished", remedy: NEXT_START };
  if (damage === undefined) return undefined;
  if (isLatest) return { severity: "damage", file, ...damage };
  const remedy =
    "Nothing need be done for the node: it uses a later snapshot. But look after the disk, as damage seldom comes alone";
  return { severity: "notice", file, ...damage, remedy };
}

function verdictOf(
  log: LogReport | undefined,
  snapshots: readonly SnapshotReport[] | undefined,
  findings: readonly Finding[],
): Verdict {
  if (findings.some(({ severity }) => severity === "damage")) return "damaged";
  if (findings.length > 0) return "mendable";
  const isEmpty = (log?.segments.length ?? 0) === 0 && (snapshots?.length ?? 0) === 0;
  return isEmpty ? "empty" : "healthy";
}
