import { assert } from "@quorate/raft-core";
import type { Action } from "../session/action.ts";
import type { LabOptions } from "../session/options.ts";

/** The key-value store: nodes elect and replicate without it, and it is a good part of what a page has to fetch. */
type Store = typeof import("@quorate/statemachine-kv");

let fetched: Store | undefined;

/** What never leads to a command, a read or a snapshot. */
const WITHOUT: ReadonlySet<Action["type"]> = new Set([
  "kill",
  "restart",
  "wipe",
  "pause",
  "resume",
  "clock",
  "force-election",
  "start-spare",
  "cut",
  "heal",
  "heal-all",
  "partition",
  "link",
  "transfer",
  "change-members",
]);

/** Whether the store is needed from this action on. */
export function needsStore({ type }: Action): boolean {
  return !WITHOUT.has(type);
}

/** Whether a cluster of these options needs the store from its beginning. */
export function startsWithStore({ logs, snapshotEveryEntries }: LabOptions): boolean {
  return logs !== undefined || snapshotEveryEntries > 0;
}

/** Fetches it where it is not there yet. Virtual time stands still meanwhile, so that no history depends on it. */
export async function fetchStore(): Promise<void> {
  fetched ??= await import("@quorate/statemachine-kv");
}

/** Once it has been fetched. */
export function store(): Store {
  assert(fetched !== undefined, "the key-value store has not been fetched");
  return fetched;
}
