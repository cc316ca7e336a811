import { crc32 } from "node:zlib";
import { type FileSystem, type Logger, RaftError } from "@quorate/raft-core";
import { judge } from "./damage.ts";
import { LogDamage, corrupt } from "./failures.ts";
import { type Identity, type SegmentHeader, decodeHeader, segmentName, sequenceOf } from "./format.ts";
import { readBytes } from "./scan.ts";

/** More than a header takes: ids and a vote. */
export const HEADER_BYTES_MAX: number = 64 * 1024;

/** Where a log is, and whose. */
export interface Place {
  readonly fileSystem: FileSystem;
  readonly directory: string;
  readonly identity: Identity;
  readonly logger: Logger;
}

export interface SegmentFile {
  readonly name: string;
  readonly path: string;
  readonly sequence: number;
}

/** A segment whose header has been read. */
export interface FoundSegment {
  readonly file: SegmentFile;
  readonly header: SegmentHeader;
  readonly headerBytes: number;
  /** CRC-32 of the header. */
  readonly headerChecksum: number;
}

/** Ascending. Other files in the directory are none of our business. */
export async function listSegments(place: Pick<Place, "directory" | "fileSystem">): Promise<readonly SegmentFile[]> {
  const names = await place.fileSystem.list(place.directory);
  return names.flatMap((name) => {
    const sequence = sequenceOf(name);
    return sequence === undefined ? [] : [{ name, path: `${place.directory}/${name}`, sequence }];
  });
}

/** The last segment that was begun completely. Only the very last one's beginning can have been torn. */
export async function findNewest(place: Place, files: readonly SegmentFile[]): Promise<FoundSegment | undefined> {
  const file = files.at(-1);
  if (file === undefined) return undefined;
  const found = await readHeader(place, file);
  if ("header" in found) return found;
  const isFirstEver = files.length === 1 && file.sequence === 1;
  if (!found.isTorn || (files.length === 1 && !isFirstEver)) throw corrupt(file.path, 0, found.reason);
  place.logger.warn("a segment whose creation was interrupted is removed", { file: file.path, reason: found.reason });
  const before = files.at(-2);
  return before && (await readWhole(place, before));
}

async function readWhole(place: Place, file: SegmentFile): Promise<FoundSegment> {
  const found = await readHeader(place, file);
  if (!("header" in found)) throw corrupt(file.path, 0, found.reason);
  return found;
}

async function readHeader(
  place: Place,
  file: SegmentFile,
): Promise<FoundSegment | { readonly reason: string; readonly isTorn: boolean }> {
  const handle = await place.fileSystem.open(file.path, "read");
  try {
    const bytes = await readBytes(handle, 0, Math.min(await handle.sizeBytes(), HEADER_BYTES_MAX));
    const decoded = decodeHeader(bytes);
    if (decoded.type === "unknown-version") throw unknownVersion(file.path, decoded.version);
    if (decoded.type === "damaged") {
      const sizeBytes = await handle.sizeBytes();
      const damage = await judge(handle, { sequence: file.sequence, fromBytes: 0, sizeBytes });
      return { reason: decoded.reason, isTorn: damage.type !== "damaged" };
    }
    const { header, lengthBytes } = decoded;
    checkIdentity(place, header);
    if (segmentName(header) !== file.name) throw corrupt(file.path, 0, `its header belongs to ${segmentName(header)}`);
    return { file, header, headerBytes: lengthBytes, headerChecksum: crc32(bytes.subarray(0, lengthBytes)) };
  } finally {
    await handle.close();
  }
}

function unknownVersion(path: string, version: number): RaftError {
  const message = `${path} has format version ${version}, which this program does not know: start one that does. Nothing was changed`;
  return new RaftError("CORRUPT", message, { cause: new LogDamage(path, 0, `format version ${version} is not known`) });
}

function checkIdentity({ directory, identity }: Place, header: SegmentHeader): void {
  if (header.clusterId === identity.clusterId && header.nodeId === identity.nodeId) return;
  const theirs = `node ${header.nodeId} of cluster ${header.clusterId}`;
  const ours = `node ${identity.nodeId} of cluster ${identity.clusterId}`;
  throw new RaftError(
    "WRONG_CLUSTER",
    `${directory} holds the log of ${theirs}, not of ${ours}: give each node its own directory`,
  );
}

/** The segments that make up the log, from the earliest one that is still there. */
export async function followChain(
  place: Place,
  files: readonly SegmentFile[],
  newest: FoundSegment,
): Promise<readonly FoundSegment[]> {
  const chain = [newest];
  let sequence = newest.header.previousSequence;
  for (let file = fileOf(files, sequence); file !== undefined; file = fileOf(files, sequence)) {
    const found = await readWhole(place, file);
    chain.unshift(found);
    sequence = found.header.previousSequence;
  }
  return chain;
}

function fileOf(files: readonly SegmentFile[], sequence: number): SegmentFile | undefined {
  return files.find((file) => file.sequence === sequence);
}
