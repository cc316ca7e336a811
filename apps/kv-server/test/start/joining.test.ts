import type { Membership, MembershipChange } from "@quorate/raft-core";
import { RaftError, silentLogger } from "@quorate/raft-core";
import { expect, test } from "vitest";
import { Joining } from "../../src/start/joining.ts";
import type { JoiningOptions } from "../../src/start/joining.ts";
import { FakeNode, openFakeServer } from "../http/fake-node.ts";

/** A cluster of n1 that takes on learners and promotes them, as far as the test lets it. */
class Host extends FakeNode {
  /** Thrown by the next promotions, one after the other. */
  readonly failures: Error[] = [];

  override async changeMembers(
    change: MembershipChange,
    options: { readonly signal: AbortSignal },
  ): Promise<Membership> {
    await super.changeMembers(change, options);
    const { add = [], promote = [], remove = [], readdress = [] } = change;
    const failure = promote.length > 0 ? this.failures.shift() : undefined;
    if (failure !== undefined) throw failure;
    const { voters, learners, addresses } = this.membership;
    const placed = [...add, ...readdress].map(({ id, address }) => [id, address] as const);
    this.membership = {
      ...this.membership,
      voters: [...voters, ...promote],
      learners: [...learners, ...add.map(({ id }) => id)].filter((id) => ![...promote, ...remove].includes(id)),
      addresses: { ...addresses, ...Object.fromEntries(placed) },
    };
    return this.membership;
  }
}

type Own = ReturnType<JoiningOptions["node"]["status"]>;

const unreached: Own = { leader: undefined, lastIndex: 0 };
const reached: Own = { leader: { id: "n1", address: "h:1" }, lastIndex: 5 };

interface Run extends AsyncDisposable {
  readonly host: Host;
  /** What the node itself knows; to begin with it is reached as soon as it is a member. */
  own: () => Own;
  readonly joined: Promise<void>;
  /** Resolves when it asks no more. */
  readonly ended: () => Promise<void>;
  readonly warnings: string[];
  readonly errors: string[];
}

async function join(
  options: Partial<JoiningOptions> = {},
  prepare: (host: Host) => void = () => undefined,
): Promise<Run> {
  const host = new Host();
  prepare(host);
  const server = await openFakeServer({ node: host });
  const { promise, resolve } = Promise.withResolvers<void>();
  const warnings: string[] = [];
  const errors: string[] = [];
  const note = (to: string[]) => (message: string, fields?: object) =>
    void to.push(`${message} ${JSON.stringify(fields ?? {})}`);
  const run = {
    ...{ host, joined: promise, warnings, errors },
    ended: () => joining.ended,
    own: () => (host.changes.length > 0 ? reached : unreached),
    [Symbol.asyncDispose]: async (): Promise<void> => {
      await joining.close();
      await server[Symbol.asyncDispose]();
    },
  };
  const joining = Joining.begin({
    ...{ id: "n2", incarnation: 7, address: "h2:7001", clusterId: "c1", as: "voter", via: server.origin },
    ...{ requestTimeoutMs: 2000, catchUpTimeoutMs: 0 },
    node: { status: () => run.own() },
    logger: { ...silentLogger, warn: note(warnings), error: note(errors) },
    joined: async () => resolve(),
    ...options,
  });
  return run;
}

const member = (host: Host): void => {
  host.membership = { ...host.membership, learners: ["n2"], addresses: { n1: "h:1", n2: "h2:7001" } };
};

const added = { add: [{ id: "n2", address: "h2:7001", learner: true }] };
const promoted = { promote: ["n2"] };
const looks = async (run: Run, count: number): Promise<void> => {
  const before = run.host.consistencies.length;
  await expect.poll(() => run.host.consistencies.length, { timeout: 10_000 }).toBeGreaterThan(before + count);
};

test("P27 a node is added as a learner, then promoted", async () => {
  await using run = await join();
  await run.joined;
  expect(run.host.changes).toEqual([added, promoted]);
  expect(run.warnings).toEqual([]);
});

test("one that is to stay a learner is not promoted", async () => {
  await using run = await join({ as: "learner" });
  await run.joined;
  expect(run.host.changes).toEqual([added]);
});

test("what was done before is not done again, and what is refused is tried again", async () => {
  await using run = await join({}, (host) => {
    member(host);
    host.refusals.push(new RaftError("NO_LEADER", "none"));
    host.refusals.push(new RaftError("OVERLOADED", "too much"));
  });
  run.own = () => reached;
  await run.joined;
  expect(run.host.changes).toEqual([promoted]);
});

test("nothing is asked for while a change is under way", async () => {
  await using run = await join({}, (host) => {
    host.membership = { ...host.membership, target: { voters: ["n1"], learners: ["n9"], added: [] } };
  });
  await looks(run, 2);
  expect(run.host.changes).toEqual([]);
  const { target: _target, ...settled } = run.host.membership;
  run.host.membership = settled;
  await run.joined;
});

test("P26 a namesake with another incarnation is in the way until it is removed", async () => {
  const taken = (host: Host): void => {
    host.membership = {
      ...host.membership,
      learners: ["n2"],
      addresses: { n1: "h:1", n2: "h2:7001" },
      incarnations: { n2: 6 },
    };
  };
  await using run = await join({}, taken);
  await expect.poll(() => run.warnings).toEqual([expect.stringContaining("DELETE /v1/cluster/members/n2")]);
  expect(run.host.changes).toEqual([]);
  run.host.membership = { ...run.host.membership, learners: [], incarnations: {} };
  await run.joined;
  expect(run.host.changes).toEqual([added, promoted]);
});

test("another cluster at the same URL is not joined", async () => {
  await using run = await join({ clusterId: "c2" });
  await expect.poll(() => run.warnings).toEqual([expect.stringContaining("cluster c1 is served there, not c2")]);
  expect(run.host.changes).toEqual([]);
});

test("P27 no promotion is asked for before the cluster has reached the node; that it has not is said once", async () => {
  await using run = await join({ unreachedMsMax: 100 });
  run.own = () => unreached;
  await expect.poll(() => run.warnings).toHaveLength(1);
  await looks(run, 2);
  expect(run.warnings).toEqual([
    "not reached at h2:7001 by the cluster yet: is --address right, and open? If so, the leader's log says why {}",
  ]);
  expect(run.host.changes).toEqual([added]);
  run.own = () => reached;
  await run.joined;
  expect(run.host.changes).toEqual([added, promoted]);
});

test("a learner has joined when it is reached, too", async () => {
  await using run = await join({ as: "learner" });
  run.own = () => unreached;
  let isJoined = false;
  void run.joined.then(() => (isJoined = true));
  await looks(run, 3);
  expect(isJoined).toBe(false);
  run.own = () => reached;
  await run.joined;
});

test("another address than the one that the cluster knows is said first, and once: what answers may know a third", async () => {
  await using run = await join({ address: "h9:7009" }, (host) => {
    member(host);
    host.refusals.push(new RaftError("NO_LEADER", "none"));
  });
  await run.joined;
  expect(run.host.changes).toEqual([{ readdress: [{ id: "n2", address: "h9:7009" }] }, promoted]);
});

test("P27 a promotion that fails is not tried again at once, then later and later", async () => {
  const failure = (): RaftError => new RaftError("MEMBERSHIP_REFUSED", "n2 has come no further");
  await using run = await join({}, (host) => void host.failures.push(failure(), failure()));
  const tries: number[] = [];
  const begunMs = performance.now();
  await expect
    .poll(
      () => {
        const { length } = run.host.changes.filter((change) => change.promote !== undefined);
        if (length > tries.length) tries.push(performance.now() - begunMs);
        return length;
      },
      { interval: 10, timeout: 15_000 },
    )
    .toBe(3);
  await run.joined;
  const [first = 0, second = 0, third = 0] = tries;
  expect(second - first).toBeGreaterThan(900);
  expect(third - second).toBeGreaterThan(1900);
  expect(run.warnings).toEqual([expect.stringContaining("n2 has come no further")]);
});

test("a node that is removed while it joins asks no more, and says so", async () => {
  await using run = await join();
  run.own = () => unreached;
  await expect.poll(() => run.host.changes).toEqual([added]);
  run.host.membership = { ...run.host.membership, learners: [] };
  await expect.poll(() => run.errors).toEqual([expect.stringMatching(/removed while it joined.*remedy.*POST/)]);
  const { length } = run.host.consistencies;
  await run.ended();
  expect(run.host.consistencies).toHaveLength(length);
  expect(run.host.changes).toEqual([added]);
});

test("one that was removed while it was down does not add itself again, either, once it had been reached", async () => {
  await using run = await join({ node: { status: () => ({ leader: undefined, lastIndex: 5 }) } });
  await expect.poll(() => run.errors).toHaveLength(1);
  expect(run.host.changes).toEqual([]);
});

test("one that was a member for a moment only, by an entry that was never committed, adds itself again", async () => {
  await using run = await join({}, (host) => {
    member(host);
    host.membership = { ...host.membership, target: { voters: ["n1"], learners: [], added: [] } };
  });
  await expect.poll(() => run.host.consistencies).toHaveLength(1);
  run.host.membership = { ...run.host.membership, learners: [], target: undefined };
  await run.joined;
  expect(run.host.changes).toEqual([added, promoted]);
});
