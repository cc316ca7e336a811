import type { Position, StoredState } from "@quorate/raft-core";
import type { Finding } from "@quorate/storage-file";
import { FOUND_NO_MORE, NEXT_START, REPLACE_NODE } from "./remedies.ts";

/** What a node finds at its start, each part of it whole by itself. */
export interface Stored {
  /** What the findings name. */
  readonly file: string;
  /** Undefined where no log was ever begun. */
  readonly state: StoredState | undefined;
  /** Of the latest snapshot. */
  readonly latest: Position | undefined;
  /** There is a `node.json`, so what starts on it is a server, which founds no cluster any more. */
  readonly isServers: boolean;
}

/** What a node says at its start of a log and snapshots that do not belong together, or of a log that cannot be. */
export function misfits({ file, state, latest, isServers }: Stored): readonly Finding[] {
  const damage = (reason: string): readonly Finding[] => [
    { severity: "damage", file, offsetBytes: 0, reason, remedy: REPLACE_NODE },
  ];
  const notice = (reason: string, remedy: string): readonly Finding[] => [
    { severity: "notice", file, offsetBytes: 0, reason, remedy },
  ];
  if (latest !== undefined) {
    const reason = lostBeside(latest, state);
    if (reason !== undefined) return damage(reason);
    if (state === undefined || goesOnFrom(latest, state)) return [];
    const anew = `the log does not go on from the latest snapshot, of entry ${latest.index}, and begins anew behind it`;
    return notice(anew, NEXT_START);
  }
  if (state === undefined) return [];
  const { base, lastIndex, memberships, hardState } = state;
  if (base.index > 0) {
    return damage(`the log begins behind entry ${base.index}, but there is no snapshot of what came before`);
  }
  if (lastIndex > 0) return memberships.length > 0 ? [] : damage("the log names no member of the cluster");
  if (hardState.term === 0 || isServers) return [];
  return notice(`the node was in term ${hardState.term}, but its log is empty`, FOUND_NO_MORE);
}

/** What is missing where there is this snapshot. */
function lostBeside({ index, term }: Position, state: StoredState | undefined): string | undefined {
  // A node that has joined may have been sent a snapshot before any entry.
  const isBegun = state !== undefined && (state.lastIndex > 0 || state.hardState.incarnation !== undefined);
  if (!isBegun) return `there is a snapshot of entry ${index}, but no log at all`;
  const { base } = state;
  const isBehind = base.index > index || (base.index === index && base.term !== term);
  if (!isBehind) return undefined;
  const where = `entry ${base.index} of term ${base.term}`;
  return `the log begins behind ${where}, but the latest snapshot is of entry ${index} of term ${term}`;
}

function goesOnFrom({ index, term }: Position, { base, lastIndex, termRuns }: StoredState): boolean {
  const termThere = index === base.index ? base.term : termRuns.findLast((run) => run.index <= index)?.term;
  return index <= lastIndex && termThere === term;
}
