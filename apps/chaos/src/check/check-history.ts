import { checkLinearizable } from "@quorate/testing";
import { kvModel } from "../history/model.ts";
import { isOk, isRead, operationsOf, unreadable } from "../history/operation.ts";
import type { HistoryLine, OkLine } from "../history/operation.ts";
import { maybeDeletedIn, tell } from "./check-revisions.ts";
import type { Finding, FinalState } from "./record.ts";

/** Whether all that clients saw can have happened one at a time, each at an instant between its call and its answer. */
export function checkHistory(history: readonly HistoryLine[]): Finding {
  const check = "linearizable";
  const verdict = checkLinearizable(operationsOf(history), kvModel);
  if (verdict.type === "undecided") return { check, holds: false, isUnchecked: true, words: verdict.words };
  if (verdict.type === "violation") return { check, holds: false, words: verdict.words };
  const reads = history.filter((line) => isOk(line) && isRead(line.input)).length;
  return { check, holds: true, words: `${verdict.operations} operations, ${reads} of them reads` };
}

/** Whether every answer that came whole was one that a server may give. */
export function checkAnswers(history: readonly HistoryLine[]): Finding {
  const check = "answers";
  const bad = history.filter(({ why }) => why === unreadable);
  if (bad.length === 0) return { check, holds: true, words: "each could be read" };
  const lines = bad.slice(0, 10).map(({ node, input, answer }) => `${node} to a ${input.type}: ${answer}`);
  return { check, holds: false, words: [`${bad.length} could not be read`, ...lines].join("\n") };
}

/** Whether every write that was acknowledged is there at the end, on every node, or was followed by another one. */
export function checkAcknowledged(history: readonly HistoryLine[], states: readonly FinalState[]): Finding {
  const check = "acknowledged writes";
  const latest = new Map<string, OkLine>();
  let writes = 0;
  for (const line of history) {
    if (!isOk(line) || !line.revisions.changed) continue;
    writes += 1;
    const before = latest.get(line.input.key);
    if (before === undefined || before.revisions.revision < line.revisions.revision) latest.set(line.input.key, line);
  }
  if (states.length === 0) return { check, holds: false, words: "the state of no node is known" };
  const maybeDeleted = maybeDeletedIn(history);
  const lost = states.flatMap(({ node, revision, keys }) => {
    const held = new Map(keys.map((key) => [key.key, key]));
    return [...latest.values()]
      .filter((line) => {
        const found = held.get(line.input.key);
        if (revision < line.revisions.revision) return true;
        if (found === undefined) return line.input.type !== "delete" && !maybeDeleted.has(line.input.key);
        if (found.modRevision !== line.revisions.revision) return found.modRevision < line.revisions.revision;
        return line.input.type === "delete" || !("value" in line.input) || line.input.value !== found.value;
      })
      .map((line) => `${node} has lost ${tell(line)}`);
  });
  if (lost.length === 0) return { check, holds: true, words: `${writes}, each there or superseded on every node` };
  const words = [`${lost.length} lost`, ...lost.slice(0, 10)].join("\n");
  return { check, holds: false, words };
}
