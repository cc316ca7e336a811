import { appendToLog } from "./append.ts";
import { Entry } from "./entry.ts";
import { RECORD_HEADER_BYTES } from "./record.ts";
import type { State } from "./state.ts";

/** Appends commands to the leader's log (§5.3), as many as the limit on what is not committed yet lets it. */
export function propose(state: State, id: number, commands: readonly Uint8Array[]): void {
  const { leading, term } = state;
  if (leading === undefined) {
    const code = state.leader === undefined ? "NO_LEADER" : "NOT_LEADER";
    state.out.now({ type: "refused", id, first: 0, code });
    return;
  }
  const { uncommittedBytesMax } = state.options;
  const firstIndex = state.log.lastIndex + 1;
  let { uncommittedBytes } = leading;
  const entries: Entry[] = [];
  for (const data of commands) {
    const sizeBytes = RECORD_HEADER_BYTES + data.length;
    // One command is always taken, or one above the limit could never be.
    if (uncommittedBytes > 0 && uncommittedBytes + sizeBytes > uncommittedBytesMax) break;
    uncommittedBytes += sizeBytes;
    entries.push(new Entry(firstIndex + entries.length, term, "command", data));
  }
  appendToLog(state, entries);
  const count = entries.length;
  if (count > 0) state.out.now({ type: "accepted", id, term, firstIndex, count });
  if (count < commands.length) state.out.now({ type: "refused", id, first: count, code: "OVERLOADED" });
}
