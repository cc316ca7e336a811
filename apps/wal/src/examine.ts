import type { FileSystem, StoredState } from "@quorate/raft-core";
import { type SnapshotReport, inspectSnapshots } from "@quorate/snapshot";
import { type Finding, type LogReport, inspectLog } from "@quorate/storage-file";

/**
 * - `healthy`: a node starts on it and changes nothing but what it writes anew.
 * - `mendable`: a crash has left something that the next start mends; nothing that was acknowledged is lost.
 * - `damaged`: no node starts on it.
 * - `empty`: nothing was ever stored.
 */
export type Verdict = "healthy" | "mendable" | "damaged" | "empty";

/** What a node keeps in a directory. */
export interface DataReport {
  readonly directory: string;
  readonly verdict: Verdict;
  /** Undefined where the directory holds snapshots only. */
  readonly log: LogReport | undefined;
  /** The latest last; undefined where the directory holds a log only. */
  readonly snapshots: readonly SnapshotReport[] | undefined;
  /** All that is wrong, in the log, in the snapshots, and between the two. */
  readonly findings: readonly Finding[];
}

export type ReadOnlyFileSystem = Pick<FileSystem, "list" | "open">;

const REPLACE_NODE =
  "Move the directory away, remove this node from the cluster and add it anew, so that its peers bring it up to date";
const NEXT_START = "The next start of the node mends this; nothing that was acknowledged is lost";

/**
 * Examines a node's data directory (with `log` and `snapshots` in it), or a log's or a snapshot store's own. Changes
 * nothing. Rejects with an error for the operator where there is none of them, or where it cannot be read.
 */
export async function examine(path: string, fileSystem: ReadOnlyFileSystem): Promise<DataReport> {
  const directory = path.replace(/(?<=.)\/+$/, "");
  const places = placesOf(directory, await namesIn(directory, fileSystem));
  const log = places.log === undefined ? undefined : await inspectLog({ directory: places.log, fileSystem });
  const snapshots =
    places.snapshots === undefined ? undefined : await inspectSnapshots({ directory: places.snapshots, fileSystem });
  const findings = [
    ...(log?.findings ?? []),
    ...(snapshots ?? []).flatMap((report, at, all) => findingIn(report, at === all.length - 1) ?? []),
    ...(log?.state !== undefined && snapshots !== undefined ? misfits(log.directory, log.state, snapshots) : []),
    ...(places.snapshots === directory ? [] : missingLog(`${directory}/log`, log, snapshots ?? [])),
  ];
  return { directory, verdict: verdictOf(log, snapshots, findings), log, snapshots, findings };
}

async function namesIn(directory: string, fileSystem: ReadOnlyFileSystem): Promise<readonly string[]> {
  try {
    return await fileSystem.list(directory);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`cannot read the directory ${directory}: ${reason}`, { cause: error });
  }
}

function placesOf(
  directory: string,
  names: readonly string[],
): { readonly log: string | undefined; readonly snapshots: string | undefined } {
  const below = (name: string): string | undefined => (names.includes(name) ? `${directory}/${name}` : undefined);
  const places = { log: below("log"), snapshots: below("snapshots") };
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
  const offsetBytes = Number(/ is damaged at byte (\d+)/.exec(damage)?.[1] ?? 0);
  if (isLatest) return { severity: "damage", file, offsetBytes, reason: damage, remedy: REPLACE_NODE };
  const remedy = "None is needed: a later snapshot is whole, and this one is of no use any more";
  return { severity: "notice", file, offsetBytes, reason: damage, remedy };
}

/** What a node says at its start where it finds a snapshot, and that its log was never begun. */
function missingLog(
  file: string,
  log: LogReport | undefined,
  snapshots: readonly SnapshotReport[],
): readonly Finding[] {
  const latest = snapshots.findLast(({ snapshot }) => snapshot !== undefined)?.snapshot;
  const { state, findings = [] } = log ?? {};
  // A node that has joined may have been sent a snapshot before any entry.
  const isBegun = state !== undefined && (state.lastIndex > 0 || state.hardState.incarnation !== undefined);
  if (latest === undefined || isBegun || findings.some(({ severity }) => severity === "damage")) return [];
  const reason = `there is a snapshot of entry ${latest.index}, but no log at all`;
  return [{ severity: "damage", file, offsetBytes: 0, reason, remedy: REPLACE_NODE }];
}

/** What a node says at its start of a log and snapshots that do not belong together. */
function misfits(file: string, state: StoredState, snapshots: readonly SnapshotReport[]): readonly Finding[] {
  const latest = snapshots.findLast(({ snapshot }) => snapshot !== undefined)?.snapshot;
  const { base, lastIndex, termRuns } = state;
  const found = (severity: Finding["severity"], reason: string): readonly Finding[] => [
    { severity, file, offsetBytes: 0, reason, remedy: severity === "damage" ? REPLACE_NODE : NEXT_START },
  ];
  if (latest === undefined) {
    if (base.index === 0) return [];
    return found("damage", `the log begins behind entry ${base.index}, but there is no snapshot of what came before`);
  }
  const { index, term } = latest;
  if (base.index > index || (base.index === index && base.term !== term)) {
    const where = `entry ${base.index} of term ${base.term}`;
    return found(
      "damage",
      `the log begins behind ${where}, but the latest snapshot is of entry ${index} of term ${term}`,
    );
  }
  const termThere = index === base.index ? base.term : termRuns.findLast((run) => run.index <= index)?.term;
  if (index <= lastIndex && termThere === term) return [];
  return found(
    "notice",
    `the log does not go on from the latest snapshot, of entry ${index}, and begins anew behind it`,
  );
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
