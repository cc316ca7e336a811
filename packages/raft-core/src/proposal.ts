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
  const firstIndex = state.log.lastIndex + 1;
  const count = roomFor(commands, leading.uncommittedBytes, state.options.uncommittedBytesMax);
  const taken = count < commands.length ? commands.slice(0, count) : commands;
  appendToLog(
    state,
    taken.map((data, at) => new Entry(firstIndex + at, term, "command", data)),
  );
  if (count > 0) state.out.now({ type: "accepted", id, term, firstIndex, count });
  if (count < commands.length) state.out.now({ type: "refused", id, first: count, code: "OVERLOADED" });
}

/** How many of the commands may be taken. One always is where nothing waits, or one above the limit could never be. */
function roomFor(commands: readonly Uint8Array[], uncommittedBytes: number, bytesMax: number): number {
  let bytes = uncommittedBytes;
  let count = 0;
  for (const { length } of commands) {
    const sizeBytes = RECORD_HEADER_BYTES + length;
    if (bytes > 0 && bytes + sizeBytes > bytesMax) break;
    bytes += sizeBytes;
    count += 1;
  }
  return count;
}

function refusalOf({ leading, leader, term }: State, ifTerm: number | undefined): RefusalCode | undefined {
  if (ifTerm !== undefined && ifTerm !== term) return "TERM_CHANGED";
  if (leading === undefined) return leader === undefined ? "NO_LEADER" : "NOT_LEADER";
  return leading.transfer?.fencedMs === undefined ? undefined : "TRANSFERRING";
}
