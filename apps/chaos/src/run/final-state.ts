import { createHash } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { request } from "undici";
import { z } from "zod";
import type { FinalKey, FinalState } from "../check/record.ts";
import { nameOf } from "../history/value.ts";
import type { HistoryLine } from "../history/operation.ts";
import type { Node } from "../nodes/node.ts";
import { statusOf } from "../nodes/status.ts";

const pageLimit = 10_000;
const pagesMax = 1000;
const askTimeoutMs = 5000;
const settleTimeoutMs = 10_000;
const settlePollMs = 100;

const pageSchema = z.object({
  revision: z.number(),
  more: z.boolean(),
  kvs: z.array(
    z.object({
      key: z.string(),
      value: z.string(),
      createRevision: z.number(),
      modRevision: z.number(),
      version: z.number(),
    }),
  ),
});

type Page = z.infer<typeof pageSchema>;
type Consistency = "linearizable" | "stale";

/** Everything that a node holds. Rejects where it does not answer, or changes while it is asked. */
async function dump(url: string, consistency: Consistency): Promise<Omit<Page, "more">> {
  const kvs: Page["kvs"] = [];
  let revision: number | undefined;
  for (let start = ""; ; start = `${kvs.at(-1)?.key ?? ""}\0`) {
    const query = new URLSearchParams({ start, limit: String(pageLimit), consistency });
    const response = await request(`${url}/v1/kv?${query}`, { signal: AbortSignal.timeout(askTimeoutMs) });
    const text = await response.body.text();
    if (response.statusCode !== 200) throw new Error(`${url} answered ${response.statusCode}: ${text}`);
    const page = pageSchema.parse(JSON.parse(text));
    if (revision !== undefined && page.revision !== revision) throw new Error(`${url} changed while it was read`);
    revision = page.revision;
    kvs.push(...page.kvs);
    if (!page.more) return { revision, kvs };
    if (kvs.length > pagesMax * pageLimit) throw new Error(`${url} has no end`);
  }
}

/** What each node holds when all have applied the same, and why it is not known of others. */
export async function finalStates(
  nodes: readonly Node[],
): Promise<{ readonly states: readonly FinalState[]; readonly failures: readonly string[] }> {
  const endMs = performance.now() + settleTimeoutMs;
  for (;;) {
    const applied = await Promise.all(nodes.map(async ({ url }) => (await statusOf(url))?.appliedIndex));
    const isSettled = new Set(applied).size === 1 && applied[0] !== undefined;
    if (isSettled || performance.now() > endMs) break;
    await pause(settlePollMs);
  }
  const states = await Promise.allSettled(nodes.map(finalStateOf));
  return {
    states: states.flatMap((state) => (state.status === "fulfilled" ? [state.value] : [])),
    failures: states.flatMap((state) => (state.status === "rejected" ? [String(state.reason)] : [])),
  };
}

async function finalStateOf({ id, url }: Node): Promise<FinalState> {
  const { revision, kvs } = await dump(url, "stale");
  const status = await statusOf(url);
  if (status === undefined) throw new Error(`${id} does not answer`);
  const members = status.members
    .map(({ id: member, voter, incarnation }) => [member, voter, incarnation ?? ""].join(" "))
    .toSorted();
  return {
    node: id,
    revision,
    appliedIndex: status.appliedIndex,
    hash: hashOf({ revision, kvs }),
    membersHash: hashOf(members),
    voters: status.members.flatMap(({ id: member, voter }) => (voter ? [member] : [])),
    keys: kvs.map(finalKey),
  };
}

/** One last linearizable read of every key, at every node, as lines of the history. */
export async function finalReads(
  nodes: readonly Node[],
  keys: readonly string[],
  now: () => number,
): Promise<readonly HistoryLine[]> {
  const lines = await Promise.all(
    nodes.map(async ({ id, url }, i) => {
      const calledAt = now();
      const { revision, kvs } = await dump(url, "linearizable");
      const endedAt = now();
      const held = new Map(kvs.map((kv) => [kv.key, finalKey(kv)]));
      return keys.map((key): HistoryLine => {
        const found = held.get(key);
        const revisions = { revision, changed: false, ...(found && { modRevision: found.modRevision }) };
        const outcome = { outcome: "ok", output: found?.value ?? null, revisions } as const;
        return { client: firstReader + i, node: id, input: { type: "get", key }, calledAt, endedAt, ...outcome };
      });
    }),
  );
  return lines.flat();
}

/** Those who read last are clients of their own. */
const firstReader = 1000;

function finalKey({ value, ...rest }: Page["kvs"][number]): FinalKey {
  return { ...rest, value: nameOf(Buffer.from(value, "base64").toString()) };
}

function hashOf(value: unknown): string {
  return createHash("sha256").update(JSON.stringify(value)).digest("hex");
}
