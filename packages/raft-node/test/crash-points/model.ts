import type { Entry, HardState, Position } from "@quorate/raft-core";
import { type Disk, type Step, script } from "./script.ts";

/** What a disk holds for a node. */
export interface Content {
  readonly hardState: HardState;
  readonly base: Position;
  readonly entries: readonly Entry[];
  readonly snapshot: Position | undefined;
}

export const EMPTY: Content = {
  hardState: { term: 0, votedFor: undefined },
  base: { index: 0, term: 0 },
  entries: [],
  snapshot: undefined,
};

/** What a step makes of a disk, with all that a crash may leave on the way: the old content first, the new one last. */
function contentsDuring(content: Content, step: Step): readonly Content[] {
  switch (step.type) {
    case "reset":
      return [content, { ...content, base: step.position, entries: [] }];
    case "compact": {
      const entries = content.entries.filter(({ index }) => index > step.position.index);
      return [content, { ...content, base: step.position, entries }];
    }
    case "save":
    case "receive":
      return [content, { ...content, snapshot: step.snapshot }];
    case "append": {
      const { hardState = content.hardState, entries } = step.write;
      const kept = content.entries.filter(({ index }) => index < (entries[0]?.index ?? Infinity));
      const partial = entries.map((_, at) => ({
        ...content,
        hardState,
        entries: [...kept, ...entries.slice(0, at + 1)],
      }));
      return [content, { ...content, hardState }, ...partial];
    }
    case "at once":
      return step.steps.reduce<readonly Content[]>(
        (all, each) => all.flatMap((one) => contentsDuring(one, each)),
        [content],
      );
  }
}

/** By how many steps are done: what may be there when a crash comes in the next one, the least first. */
export const allowedAfter: readonly (readonly Content[])[] = (() => {
  let content = EMPTY;
  const allowed = script.map((step) => {
    const contents = contentsDuring(content, step);
    content = contents.at(-1) ?? content;
    return contents;
  });
  return [...allowed, [content]];
})();

/** In a form to compare. */
export function shown({ hardState, base, entries, snapshot }: Content): string {
  const { term, votedFor, incarnation } = hardState;
  const rows = entries.map(
    ({ index, term: of, kind, data }) => `${index}/${of}/${kind}/${Buffer.from(data).toString("base64")}`,
  );
  return JSON.stringify([term, votedFor, incarnation, base.index, base.term, rows, snapshot?.index, snapshot?.term]);
}

/** What is on a disk that has been opened; snapshots are read to their end. */
export async function contentOf({ storage, snapshots }: Disk): Promise<Content> {
  const { hardState, base, lastIndex } = await storage.load();
  const entries = await storage.read(base.index + 1, lastIndex, Number.MAX_SAFE_INTEGER);
  const snapshot = await snapshots.latest();
  if (snapshot !== undefined) for await (const chunk of snapshots.read(snapshot)) void chunk;
  return { hardState, base, entries, snapshot };
}
