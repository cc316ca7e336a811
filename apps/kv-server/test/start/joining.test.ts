import type { Membership, MembershipChange } from "@quorate/raft-core";
import { RaftError, silentLogger } from "@quorate/raft-core";
import { expect, test } from "vitest";
import { Joining } from "../../src/start/joining.ts";
import type { JoiningOptions } from "../../src/start/joining.ts";
import { FakeNode, openFakeServer } from "../http/fake-node.ts";

/** A cluster of n1 that takes on learners and promotes them, as far as the test lets it. */
class Host extends FakeNode {
  override async changeMembers(
    change: MembershipChange,
    options: { readonly signal: AbortSignal },
  ): Promise<Membership> {
    await super.changeMembers(change, options);
    const { voters, learners, addresses } = this.membership;
    const { add = [], promote = [] } = change;
    this.membership = {
      ...this.membership,
      voters: [...voters, ...promote],
      learners: [...learners, ...add.map(({ id }) => id)].filter((id) => !promote.includes(id)),
      addresses: { ...addresses, ...Object.fromEntries(add.map(({ id, address }) => [id, address])) },
    };
    return this.membership;
  }
}

interface Run extends AsyncDisposable {
  readonly host: Host;
  readonly joined: Promise<void>;
  readonly warnings: string[];
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
  const joining = Joining.begin({
    ...{ id: "n2", incarnation: 7, address: "h2:7001", clusterId: "c1", as: "voter", via: server.origin },
    requestTimeoutMs: 2000,
    logger: { ...silentLogger, warn: (_message, fields) => void warnings.push(String(fields?.["reason"])) },
    joined: async () => resolve(),
    ...options,
  });
  const dispose = async (): Promise<void> => {
    await joining.close();
    await server[Symbol.asyncDispose]();
  };
  return { host, joined: promise, warnings, [Symbol.asyncDispose]: dispose };
}

const added = { add: [{ id: "n2", address: "h2:7001", learner: true }] };
const promoted = { promote: ["n2"] };

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
    host.membership = { ...host.membership, learners: ["n2"], addresses: { n1: "h:1", n2: "h2:7001" } };
    host.refusals.push(new RaftError("NO_LEADER", "none"));
    host.refusals.push(new RaftError("OVERLOADED", "too much"));
  });
  await run.joined;
  expect(run.host.changes).toEqual([promoted]);
});

test("nothing is asked for while a change is under way", async () => {
  await using run = await join({}, (host) => {
    host.membership = { ...host.membership, target: { voters: ["n1"], learners: ["n9"], added: [] } };
  });
  await expect.poll(() => run.host.consistencies.length).toBeGreaterThan(2);
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
