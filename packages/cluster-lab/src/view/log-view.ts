import type { EntryView, LogView } from "@quorate/drawing";
import type { Entry } from "@quorate/raft-core";
import type { NodeRecord } from "../watch/node-record.ts";
import { labelOf, textOf } from "./entry-text.ts";

/** So many entries of a log are shown, the last ones. */
export const ENTRIES_SHOWN = 60;

const views = new WeakMap<Entry, EntryView>();

function viewOf(entry: Entry): EntryView {
  const known = views.get(entry);
  if (known !== undefined) return known;
  const { index, term, kind } = entry;
  const label = labelOf(entry);
  const view: EntryView = { index, term, kind, text: textOf(entry), ...(label === undefined ? {} : { label }) };
  views.set(entry, view);
  return view;
}

/** A node's log as its storage was asked to hold it; of a node that is down, as it does. */
export function logViewOf({ issued: { log }, snapshot }: NodeRecord): LogView {
  return {
    snapshot,
    firstIndex: log.base.index + 1,
    lastIndex: log.lastIndex,
    entries: log.last(ENTRIES_SHOWN).map(({ entry }) => viewOf(entry)),
  };
}
