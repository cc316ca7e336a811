import { appendToLog } from "./append.ts";
import { Entry } from "./entry.ts";
import type { RefusalCode } from "./errors.ts";
import type { Input } from "./input.ts";
import { RECORD_HEADER_BYTES } from "./record.ts";
import type { State } from "./state.ts";

/** Appends commands to the leader's log (§5.3), as many as the limit on what is not committed yet lets it. */
export function propose(state: State, { id, commands, ifTerm }: Extract<Input, { type: "propose" }>): void {
  const { leading, term } = state;
  const code = refusalOf(state, ifTerm);
  if (leading === undefined || code !== undefined) {
    state.out.now({ type: "refused", id, first: 0, code: code ?? "NO_LEADER" });
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

function refusalOf({ leading, leader, term }: State, ifTerm: number | undefined): RefusalCode | undefined {
  if (ifTerm !== undefined && ifTerm !== term) return "TERM_CHANGED";
  if (leading === undefined) return leader === undefined ? "NO_LEADER" : "NOT_LEADER";
  return leading.transfer?.fencedMs === undefined ? undefined : "TRANSFERRING";
}
