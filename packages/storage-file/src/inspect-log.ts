import { Entry, type FileHandle, type FileSystem, RaftError, type StoredState, silentLogger } from "@quorate/raft-core";
import { isTornMark, judge } from "./damage.ts";
import { LogDamage, REMEDY, storageFailed } from "./failures.ts";
import { type Identity, KIND_MARK, type SegmentHeader, decodeHeader } from "./format.ts";
import { type FoundLog, readLog } from "./read-log.ts";
import { readBytes, scanRecords } from "./scan.ts";
import { HEADER_BYTES_MAX, type Place, type SegmentFile, listSegments } from "./segment-chain.ts";

/** A segment of a log, by itself. */
export interface SegmentReport {
  readonly file: string;
  readonly sizeBytes: number;
  /** Where its records end; what follows is zeros, an interrupted write, or damage. */
  readonly recordsEndBytes: number;
  /** Everything before this offset is known to have been durable. */
  readonly provenBytes: number;
  /** How many entries it holds, those that were replaced later included, from which index to which. */
  readonly entries: number;
  readonly firstIndex: number | undefined;
  readonly lastIndex: number | undefined;
}

/** `notice`: what a crash leaves, and the next open mends. `damage`: what keeps the log from being opened. */
export interface Finding {
  readonly severity: "notice" | "damage";
  readonly file: string;
  readonly offsetBytes: number;
  readonly reason: string;
  readonly remedy: string;
}

export interface LogReport {
  readonly directory: string;
  /** Whose log it is; undefined where no header can be read. */
  readonly identity: Identity | undefined;
  readonly segments: readonly SegmentReport[];
  /** What `load` would tell; undefined where there is no log, or damage. */
  readonly state: StoredState | undefined;
  readonly findings: readonly Finding[];
}

export interface InspectOptions {
  readonly directory: string;
  readonly fileSystem: Pick<FileSystem, "list" | "open">;
}

const CHUNK_BYTES = 1024 * 1024;
const NOBODY: Identity = { clusterId: "", nodeId: "" };
const MENDED = "The next start of the node mends this; nothing that was acknowledged is lost";

/**
 * Reads a log as `FileStorage.open` does, verifies every byte of it, and tells what is there and all that is wrong with
 * it. Writes nothing and takes no lock: the end of a log that a node is writing to may be told as an interrupted write.
 * Rejects with `STORAGE_FAILED` where the directory cannot be read.
 */
export async function inspectLog({ directory, fileSystem }: InspectOptions): Promise<LogReport> {
  try {
    const readOnly: FileSystem = {
      ...refusing,
      list: (path) => fileSystem.list(path),
      open: openForReading(fileSystem),
    };
    const files = await listSegments({ directory, fileSystem: readOnly });
    const seen: SeenSegment[] = [];
    for (const file of files) seen.push(await look(readOnly, file, file === files.at(-1)));
    const identity = seen.findLast(({ header }) => header !== undefined)?.header;
    const findings = seen.flatMap(({ finding }) => finding ?? []);
    const place = { directory, fileSystem: readOnly, identity: identity ?? NOBODY, logger: silentLogger };
    const log = await readOr(place, findings);
    return {
      directory,
      identity: identity && { clusterId: identity.clusterId, nodeId: identity.nodeId },
      segments: seen.map(({ report }) => report),
      state: log?.last && log.replay.outline.state,
      findings,
    };
  } catch (error) {
    throw storageFailed(`inspecting the log in ${directory}`, error);
  }
}

/** The whole log; where it is damaged, that is told beside what each segment told by itself. */
async function readOr(place: Place, findings: Finding[]): Promise<FoundLog | undefined> {
  try {
    const log = await readLog(place);
    for (const file of log.leftovers) {
      if (!findings.some((finding) => finding.file === file.path))
        findings.push(notice(file.path, 0, "it is no part of the log any more"));
    }
    const { replacing } = log.replay;
    const isTold = log.last === undefined || findings.some((finding) => finding.file === log.last?.segment.path);
    if (replacing !== undefined && log.last !== undefined && !isTold)
      findings.push(notice(log.last.segment.path, replacing.offsetBytes, "a replacement lacks its entry"));
    return log;
  } catch (error) {
    if (!(error instanceof RaftError)) throw error;
    if (findings.some(({ severity }) => severity === "damage")) return undefined;
    const { cause } = error;
    const { path, offsetBytes } = cause instanceof LogDamage ? cause : { path: place.directory, offsetBytes: 0 };
    const reason = cause instanceof LogDamage ? cause.message : error.message;
    findings.push({ severity: "damage", file: path, offsetBytes, reason, remedy: REMEDY });
    return undefined;
  }
}

interface SeenSegment {
  readonly report: SegmentReport;
  readonly header: SegmentHeader | undefined;
  readonly finding: Finding | undefined;
}

async function look(fileSystem: FileSystem, file: SegmentFile, isLast: boolean): Promise<SeenSegment> {
  const handle = await fileSystem.open(file.path, "read");
  try {
    const sizeBytes = await handle.sizeBytes();
    const decoded = decodeHeader(await readBytes(handle, 0, Math.min(sizeBytes, HEADER_BYTES_MAX)));
    if (decoded.type === "header") {
      const range = { fromBytes: decoded.lengthBytes, toBytes: sizeBytes, chunkBytes: CHUNK_BYTES };
      return { header: decoded.header, ...(await lookAtRecords(handle, file, { ...range, isLast })) };
    }
    const report = { file: file.path, sizeBytes, recordsEndBytes: 0, provenBytes: 0, ...NO_ENTRIES };
    if (decoded.type === "unknown-version") {
      const reason = `format version ${decoded.version} is not known`;
      const remedy = "Start a program that knows it; nothing is damaged";
      return {
        report,
        header: undefined,
        finding: { severity: "damage", file: file.path, offsetBytes: 0, reason, remedy },
      };
    }
    const found = { file, offsetBytes: 0, reason: decoded.reason, isLast };
    return { report, header: undefined, finding: await judged(handle, found) };
  } finally {
    await handle.close();
  }
}

const NO_ENTRIES = { entries: 0, firstIndex: undefined, lastIndex: undefined };

async function lookAtRecords(
  handle: FileHandle,
  file: SegmentFile,
  range: {
    readonly fromBytes: number;
    readonly toBytes: number;
    readonly chunkBytes: number;
    readonly isLast: boolean;
  },
): Promise<Pick<SeenSegment, "report" | "finding">> {
  const indexes: number[] = [];
  let entries = 0;
  let provenBytes = 0;
  const end = await scanRecords(handle, range, (record, offsetBytes, bytes) => {
    if (record.kind === KIND_MARK) provenBytes = offsetBytes;
    if (Entry.fromRecord(record, bytes) === undefined) return true;
    entries += 1;
    indexes[0] = Math.min(indexes[0] ?? record.index, record.index);
    indexes[1] = Math.max(indexes[1] ?? record.index, record.index);
    return true;
  });
  const [firstIndex, lastIndex] = indexes;
  const { path } = file;
  const recordsEndBytes = end.offsetBytes;
  // That another segment was begun proves all of this one.
  const sizes = {
    sizeBytes: range.toBytes,
    recordsEndBytes,
    provenBytes: range.isLast ? provenBytes : recordsEndBytes,
  };
  const report = { file: path, ...sizes, entries, firstIndex, lastIndex };
  const damaged = end.type === "damaged" ? { file, ...end, isLast: range.isLast } : undefined;
  return { report, finding: damaged && (await judged(handle, damaged)) };
}

async function judged(
  handle: FileHandle,
  found: {
    readonly file: SegmentFile;
    readonly offsetBytes: number;
    readonly reason: string;
    readonly isLast: boolean;
  },
): Promise<Finding | undefined> {
  const { file, offsetBytes, reason, isLast } = found;
  const sizeBytes = await handle.sizeBytes();
  const damage = await judge(handle, { sequence: file.sequence, fromBytes: offsetBytes, sizeBytes });
  if (damage.type === "blank" && offsetBytes > 0) return undefined;
  if (isLast && damage.type !== "damaged") return notice(file.path, offsetBytes, `an interrupted write: ${reason}`);
  if (isTornMark(damage) && offsetBytes > 0) return undefined;
  return { severity: "damage", file: file.path, offsetBytes, reason, remedy: REMEDY };
}

function notice(file: string, offsetBytes: number, reason: string): Finding {
  return { severity: "notice", file, offsetBytes, reason, remedy: MENDED };
}

function openForReading(fileSystem: InspectOptions["fileSystem"]): FileSystem["open"] {
  return (path) => fileSystem.open(path, "read");
}

function refuse(): never {
  throw new Error("an inspection changes nothing");
}

const refusing: Omit<FileSystem, "list" | "open"> = {
  makeDirectory: refuse,
  rename: refuse,
  remove: refuse,
  syncDirectory: refuse,
  lock: refuse,
};
