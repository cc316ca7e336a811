import { recordVersion } from "../../src/check/record.ts";
import type { FinalState, RunRecord } from "../../src/check/record.ts";
import type { HistoryLine, KvInput } from "../../src/history/operation.ts";
import { drawPlan } from "../../src/plan/draw-plan.ts";

export interface StoredRun {
  readonly record: RunRecord;
  readonly history: readonly HistoryLine[];
}

const keys = ["a", "b", "c"];
const nodes = ["n1", "n2", "n3"];

/** One client after the other, each told the truth: puts of every key in turn, each followed by a get at another node. */
function soundHistory(): readonly HistoryLine[] {
  const lines: HistoryLine[] = [];
  let revision = 1;
  const add = (input: KvInput, node: string, more: Pick<HistoryLine, "output" | "revisions">): void => {
    const calledAt = 10 * lines.length;
    lines.push({ client: lines.length % 4, node, input, calledAt, endedAt: calledAt + 5, outcome: "ok", ...more });
  };
  for (let n = 0; n < 40; n++) {
    const key = keys[n % keys.length] ?? "";
    const [writer = "", reader = ""] = [nodes[n % 3], nodes[(n + 1) % 3]];
    revision += 1;
    add({ type: "put", key, value: `v${n}` }, writer, { output: true, revisions: { revision, changed: true } });
    const revisions = { revision, changed: false, modRevision: revision };
    add({ type: "get", key }, reader, { output: `v${n}`, revisions });
  }
  return lines;
}

function finalState(node: string): FinalState {
  const held = [39, 37, 38].map((n, i) => ({
    key: keys[i] ?? "",
    value: `v${n}`,
    createRevision: i + 2,
    modRevision: n + 2,
    version: 13,
  }));
  return { node, revision: 41, appliedIndex: 50, hash: "abc", membersHash: "def", voters: nodes, keys: held };
}

/** A run in which everything held. */
export function soundRun(): StoredRun {
  const plan = drawPlan({ seed: 1n, nodes: 3, seconds: 5, kinds: ["kill", "pause"] });
  const uses = nodes.map((node) => ({ node, rssBytes: 100 * 1024 * 1024, descriptors: 40 }));
  const record: RunRecord = {
    version: recordVersion,
    plan,
    leftOut: [],
    faults: { kill: { planned: 1, installed: 1 }, pause: { planned: 1, installed: 1 } },
    events: [],
    leaderChanges: 2,
    longestGapMs: 900,
    recoveredAfterMs: 1500,
    recoveryMsMax: 10_000,
    finalStates: nodes.map(finalState),
    selfEndings: [{ node: "n2", atMs: 2000, code: 70, signal: null, isExpected: true }],
    struck: [
      {
        ...{ node: "n2", pid: 7, atMs: 1900, calls: [{ call: "fdatasync", file: "log/1" }], mustEnd: true },
        end: { by: "itself", code: 70, signal: null },
      },
    ],
    giveUpMsMax: 10_000,
    badStops: [],
    complaints: [],
    resources: { before: uses, most: uses, after: uses },
    logs: nodes.map((node) => ({ node, isSound: true, words: "" })),
  };
  return { record, history: soundHistory() };
}
