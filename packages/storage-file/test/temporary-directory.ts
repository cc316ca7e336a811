import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { nodeFileSystem } from "@quorate/file-system";
import { Entry, type FileSystem, type Logger, silentLogger } from "@quorate/raft-core";
import { FileStorage } from "../src/index.ts";

/** A directory for one test, `remove`d when it ends. */
export async function temporaryDirectory(): Promise<{ readonly path: string; remove(): Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), "quorate-log-"));
  return { path, remove: () => rm(path, { recursive: true, force: true }) };
}

export interface OpenOptions {
  readonly fileSystem?: FileSystem;
  readonly segmentBytes?: number;
  readonly logger?: Logger;
  readonly clusterId?: string;
  readonly nodeId?: string;
}

export function openLog(directory: string, options: OpenOptions = {}): Promise<FileStorage> {
  const { fileSystem = nodeFileSystem, segmentBytes = 8192, logger, clusterId = "c1", nodeId = "n1" } = options;
  return FileStorage.open({ directory, fileSystem, identity: { clusterId, nodeId }, segmentBytes, logger });
}

export function entryOf(index: number, term: number, text = `entry ${index} of term ${term}`): Entry {
  return new Entry(index, term, "command", Buffer.from(text));
}

export function entriesOf(from: number, to: number, term: number): readonly Entry[] {
  return Array.from({ length: to - from + 1 }, (_, offset) => entryOf(from + offset, term));
}

/** What a log holds, in a form to compare. */
export async function contentOf(storage: FileStorage): Promise<string> {
  const state = await storage.load();
  const entries = await storage.read(state.base.index + 1, state.lastIndex, Number.MAX_SAFE_INTEGER);
  const shown = entries.map(
    ({ index, term, kind, data }) => `${index}/${term}/${kind}/${Buffer.from(data).toString()}`,
  );
  return JSON.stringify({ ...state, memberships: state.memberships.length, entries: shown });
}

/** Keeps the warnings. */
export function listeningLogger(): Logger & { readonly warnings: { message: string; fields: unknown }[] } {
  const warnings: { message: string; fields: unknown }[] = [];
  return { ...silentLogger, warnings, warn: (message, fields) => void warnings.push({ message, fields }) };
}
