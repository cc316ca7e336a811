import type { NodeView } from "@quorate/drawing";
import type { NodeId } from "@quorate/raft-core";
import type { RaftNodeStatus } from "@quorate/raft-node";
import { drawPlan, simulate, traceHeader, traceLine } from "@quorate/simulator";
import { assert, expect, test } from "vitest";
import { readTrace } from "../../src/trace/index.ts";

/** What the nodes themselves said, and how many lines the trace had then. */
interface Sample {
  readonly lines: number;
  readonly said: ReadonlyMap<NodeId, RaftNodeStatus>;
}

const SAMPLE_EVERY = 97;
/** One frame, the last one. */
const NO_FRAMES = { frameEveryMs: Infinity };

/** A run in which members change, as a trace and as its nodes told it. */
async function play(
  seed: bigint,
  profile: "disk" | "swarm",
): Promise<{ readonly lines: readonly string[]; readonly samples: readonly Sample[] }> {
  const plan = drawPlan(seed, profile, { durationMs: 4000 });
  const nodes = [...plan.configuration.nodes, ...plan.configuration.spares];
  const lines = [traceHeader(plan)];
  const samples: Sample[] = [];
  const { violation } = await simulate(plan, {
    sink: (entry) => lines.push(traceLine(entry)),
    look: (step, statusOf) => {
      if (step % SAMPLE_EVERY !== 0) return;
      const said = nodes.map((id) => [id, statusOf(id)] as const);
      samples.push({ lines: lines.length, said: new Map(said.filter(hasSaid)) });
    },
  });
  expect(violation).toBeUndefined();
  return { lines, samples };
}

function hasSaid(each: readonly [NodeId, RaftNodeStatus | undefined]): each is readonly [NodeId, RaftNodeStatus] {
  // One that has stopped for good says what it was before.
  return each[1] !== undefined && each[1].failed === undefined;
}

function viewsAt(lines: readonly string[]): ReadonlyMap<NodeId, NodeView> {
  const view = readTrace(lines, NO_FRAMES).frames.at(-1)?.view;
  return new Map(view?.nodes.map((node) => [node.id, node]));
}

/** What a status and a view have in common. */
function comparable(status: RaftNodeStatus): object {
  const { founding, voters, outgoing, learners } = status.membership;
  const isStanding = status.role === "candidate" || status.role === "pre-candidate";
  return {
    role: status.role,
    term: status.term,
    votedFor: status.election.votedFor,
    leader: status.leader?.id,
    votes: isStanding ? status.election.votes : {},
    membership: { voters, outgoing, learners, isFounding: founding },
    transferTo: status.transferTo,
    isForgotten: status.isForgotten,
    commitIndex: status.commitIndex,
    firstIndex: status.firstIndex,
    lastIndex: status.lastIndex,
    followers: new Set(status.followers.map(({ id }) => id)),
  };
}

function shown(view: NodeView): object {
  const { role, term, votedFor, leader, votes, membership, transferTo, isForgotten, commitIndex } = view;
  const { firstIndex, lastIndex } = view.log;
  const followers = new Set(view.followers.map(({ id }) => id));
  const own = { role, term, votedFor, leader, votes, membership, transferTo, isForgotten, commitIndex };
  return { ...own, firstIndex, lastIndex, followers };
}

/** What a node has done it says of itself only when its turn comes: until then the view may be ahead by that. */
function expectNotBehind({ appliedIndex, commitIndex, followers, log }: NodeView, status: RaftNodeStatus): void {
  const ahead = log.entries.filter(({ index }) => index > status.appliedIndex && index <= appliedIndex);
  expect(ahead.filter(({ kind }) => kind === "command")).toEqual([]);
  expect(appliedIndex).toBeGreaterThanOrEqual(status.appliedIndex);
  expect(appliedIndex).toBeLessThanOrEqual(commitIndex);
  const snapshotIndex = log.snapshot?.index ?? 0;
  expect(snapshotIndex).toBeGreaterThanOrEqual(status.snapshotIndex);
  expect(snapshotIndex).toBeLessThanOrEqual(appliedIndex);
  for (const { id, matchIndex } of status.followers) {
    const shownIndex = followers.find((each) => each.id === id)?.matchIndex ?? -1;
    expect(shownIndex).toBeGreaterThanOrEqual(matchIndex);
    expect(shownIndex).toBeLessThanOrEqual(log.lastIndex);
  }
}

/** Whatever of membership has come up among the samples. */
function situations(samples: readonly Sample[]): ReadonlySet<string> {
  const all = samples.flatMap(({ said }) => [...said.values()]);
  const found = all.flatMap(({ isForgotten, followers, membership, transferTo }) => [
    ...(isForgotten ? ["forgotten"] : []),
    ...(membership.outgoing.length > 0 ? ["joint"] : []),
    ...(membership.learners.length > 0 ? ["learner"] : []),
    ...(transferTo === undefined ? [] : ["transfer"]),
    ...(followers.some(({ state }) => state === "snapshot") ? ["snapshot in transfer"] : []),
  ]);
  return new Set(found);
}

test.each([
  ["disk", 4n, ["forgotten", "joint", "transfer"]],
  ["swarm", 11n, ["joint", "learner", "snapshot in transfer"]],
  ["swarm", 19n, ["forgotten", "joint", "learner", "transfer"]],
] as const)(
  "%s, seed %s: at every sampled moment the view is what the nodes said",
  async (profile, seed, expected) => {
    const { lines, samples } = await play(seed, profile);
    expect([...situations(samples)].toSorted()).toEqual(expected);
    for (const { lines: count, said } of samples) {
      const views = viewsAt(lines.slice(0, count));
      for (const [id, status] of said) {
        const view = views.get(id);
        assert(view);
        expect(shown(view), `${id} at line ${count}`).toEqual(comparable(status));
        expectNotBehind(view, status);
      }
    }
  },
  60_000,
);

test("nodes that are added, lose their disk and are forgotten are seen, and have their marks", async () => {
  const { lines } = await play(19n, "swarm");
  const { frames, marks, nodes } = readTrace(lines);
  const standings = new Set(frames.flatMap(({ view }) => view.nodes.map(({ standing }) => standing)));
  expect([...standings].toSorted()).toEqual(["incoming", "learner", "outgoing", "outside", "voter"]);
  const wiped = marks.find(({ text }) => text.endsWith("loses its disk"));
  const after = frames
    .find(({ atMs }) => atMs > (wiped?.atMs ?? Infinity))
    ?.view.nodes.find(({ id }) => id === wiped?.node);
  expect(after).toMatchObject({
    condition: "down",
    term: 0,
    durableIndex: 0,
    log: { lastIndex: 0, snapshot: undefined },
  });
  expect(marks.filter(({ kind }) => kind === "membership").map(({ text }) => text)).toEqual(
    expect.arrayContaining([
      `${wiped?.node} finds that the cluster knows another node of its name`,
      expect.stringMatching(/^n\d appends a configuration at \d+$/),
    ]),
  );
  expect(frames.every(({ view }) => view.nodes.length === nodes.length)).toBe(true);
}, 60_000);
