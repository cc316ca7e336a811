import { RaftError } from "@quorate/raft-core";
import { expect } from "vitest";
import { recordsIn } from "./records-in.ts";
import { type Image, readImage, writeImage } from "./recording-file-system.ts";
import { contentOf, entriesOf, openLog } from "./temporary-directory.ts";

export interface LogFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** Hard states and entries 1 to 6, in three writes; the last write has entries 5 and 6. Without the zeros written ahead. */
export async function closedLog(path: string): Promise<LogFile> {
  await writeImage(path, new Map());
  const storage = await openLog(path);
  await storage.append({ hardState: { term: 1, votedFor: "n2" }, entries: entriesOf(1, 2, 1) });
  await storage.append({ hardState: { term: 3, votedFor: undefined }, entries: entriesOf(3, 4, 3) });
  await storage.append({ entries: entriesOf(5, 6, 3) });
  await storage.close();
  const [[name, bytes] = ["", new Uint8Array()]] = [...(await readImage(path))];
  return { name, bytes: bytes.slice(0, recordsIn(bytes).at(-1)?.end) };
}

/** What a log with these files, and no others, in its directory holds, or the code of the error with which it does not open. */
export async function outcomeOf(path: string, files: Iterable<readonly [string, Uint8Array]>): Promise<string> {
  const image: Image = new Map([...files].map(([name, bytes]) => [name, new Uint8Array(bytes)]));
  await writeImage(path, image);
  try {
    const storage = await openLog(path);
    const content = await contentOf(storage);
    await storage.close();
    return content;
  } catch (error) {
    if (!(error instanceof RaftError)) throw error;
    expect(await readImage(path)).toEqual(image);
    return error.code;
  }
}

/** The log without the mark at its end: as a crash right after the last sync leaves it. */
export async function unmarkedLog(path: string): Promise<LogFile> {
  const { name, bytes } = await closedLog(path);
  return { name, bytes: bytes.slice(0, recordsIn(bytes).at(-1)?.at) };
}

/** What the log holds with its first record only, its first two, and so on. */
export async function prefixes(path: string, { name, bytes }: LogFile): Promise<readonly string[]> {
  const contents: string[] = [];
  for (const { end } of recordsIn(bytes)) contents.push(await outcomeOf(path, [[name, bytes.slice(0, end)]]));
  return contents;
}
