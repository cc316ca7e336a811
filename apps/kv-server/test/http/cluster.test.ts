import { RaftError, foundedBy } from "@quorate/raft-core";
import { systemClock } from "@quorate/raft-node";
import { describe, expect, test } from "vitest";
import { call, problemIn } from "./client.ts";
import { FakeNode, openFakeServer } from "./fake-node.ts";
import { until } from "../processes/until.ts";

const member = { id: "n2", address: "10.0.0.2:7001" };

describe("the cluster's resources", () => {
  test("each request is the change of the membership that it names", async () => {
    await using server = await openFakeServer();
    const go = async (method: string, path: string, body?: unknown): Promise<number> =>
      (await call(server.origin, method, path, body === undefined ? {} : { body: JSON.stringify(body) })).status;
    const members = "/v1/cluster/members";
    expect(await go("POST", members, member)).toBe(200);
    expect(await go("POST", members, { ...member, learner: true })).toBe(200);
    expect(await go("DELETE", `${members}/n2`)).toBe(200);
    expect(await go("POST", `${members}/n2/promote`)).toBe(200);
    expect(await go("POST", `${members}/n2/demote`)).toBe(200);
    expect(await go("PUT", `${members}/n2/address`, { address: "10.0.0.3:7001" })).toBe(200);
    expect(server.node.changes).toEqual([
      { add: [member] },
      { add: [{ ...member, learner: true }] },
      { remove: ["n2"] },
      { promote: ["n2"] },
      { demote: ["n2"] },
      { readdress: [{ id: "n2", address: "10.0.0.3:7001" }] },
    ]);
  });

  test("a transfer goes to who is named, or to whom the leader chooses; the answer names the next leader", async () => {
    await using server = await openFakeServer();
    const named = await call(server.origin, "POST", "/v1/cluster/transfer", { body: '{"to":"n3"}' });
    expect([named.status, JSON.parse(named.text)]).toEqual([200, { leader: { id: "n3", address: "127.0.0.1:1" } }]);
    expect((await call(server.origin, "POST", "/v1/cluster/transfer")).status).toBe(200);
    expect(server.node.transfers).toEqual(["n3", undefined]);
  });

  test("a follower carries changes and transfers to the leader, and hands back what the leader says", async () => {
    await using leader = await openFakeServer({ origin: "peer" });
    const follower = new FakeNode();
    follower.leader = { id: "n2", address: `127.0.0.1:${leader.port}` };
    await using server = await openFakeServer({ node: follower });
    const refuseHere = (): void =>
      void follower.refusals.push(new RaftError("NOT_LEADER", "n2 leads", { leader: follower.leader }));
    refuseHere();
    expect((await call(server.origin, "DELETE", "/v1/cluster/members/n9")).status).toBe(200);
    refuseHere();
    expect((await call(server.origin, "POST", "/v1/cluster/transfer", { body: '{"to":"n9"}' })).status).toBe(200);
    refuseHere();
    leader.node.refusals.push(new RaftError("MEMBERSHIP_REFUSED", "n9 is no member"));
    const refused = problemIn(await call(server.origin, "DELETE", "/v1/cluster/members/n9"));
    expect(refused).toMatchObject({ status: 409, code: "MEMBERSHIP_REFUSED", detail: "n9 is no member" });
    expect([leader.node.changes, leader.node.transfers]).toEqual([[{ remove: ["n9"] }], ["n9"]]);
    expect([follower.changes, follower.transfers]).toEqual([[], []]);
  });

  test("what the leader refuses while it hands over is asked again, here and through a follower", async () => {
    const transferring = (): RaftError => new RaftError("TRANSFERRING", "the lead is on its way to n3");
    await using leader = await openFakeServer({ origin: "peer" });
    const follower = new FakeNode();
    follower.leader = { id: "n2", address: `127.0.0.1:${leader.port}` };
    await using server = await openFakeServer({ node: follower });
    follower.refusals.push(transferring());
    expect((await call(server.origin, "PUT", "/v1/kv/a", { body: "x" })).status).toBe(200);
    const notLeader = new RaftError("NOT_LEADER", "n2 leads", { leader: follower.leader });
    follower.refusals.push(notLeader, notLeader);
    leader.node.refusals.push(transferring());
    expect((await call(server.origin, "PUT", "/v1/kv/b", { body: "x" })).status).toBe(200);
    expect([follower.proposals, leader.node.proposals]).toEqual([4, 2]);
  });

  test("W23 an address that another member has, or that is none, is refused, and nothing is changed", async () => {
    await using server = await openFakeServer();
    const { node, origin } = server;
    node.membership = { ...node.membership, learners: ["n2"], addresses: { n1: "h:1", n2: "h:2" } };
    const ask = async (method: string, path: string, body: object): Promise<unknown> => {
      const reply = await call(origin, method, `/v1/cluster/members${path}`, { body: JSON.stringify(body) });
      return reply.status === 200 ? 200 : problemIn(reply);
    };
    const taken = { status: 409, code: "MEMBERSHIP_REFUSED", detail: "not done: h:2 is the address of n2" };
    expect(await ask("POST", "", { id: "n3", address: "h:2" })).toMatchObject(taken);
    expect(await ask("PUT", "/n1/address", { address: "h:2" })).toMatchObject(taken);
    for (const address of [":27208", "h", "h:0", "h:70000", ""]) {
      const none = { status: 400, code: "BAD_REQUEST", detail: expect.stringContaining("with a host") as string };
      expect(await ask("POST", "", { id: "n3", address })).toMatchObject(none);
      expect(await ask("PUT", "/n2/address", { address })).toMatchObject(none);
    }
    expect(node.changes).toEqual([]);
    expect(await ask("PUT", "/n2/address", { address: "h:2" })).toBe(200);
    // What a follower knows may be out of date.
    node.leader = { id: "n2", address: "h:2" };
    expect(await ask("POST", "", { id: "n3", address: "h:2" })).toBe(200);
  });

  test("a change and a transfer may take as long as a node is given to catch up, but not their wait for a leader", async () => {
    await using server = await openFakeServer({ requestTimeoutMs: 100, catchUpTimeoutMs: 60_000 });
    const { node, origin } = server;
    const gate = Promise.withResolvers<void>();
    node.gate = gate.promise;
    const asked = ["/members/n2/promote", "/transfer"].map((path) => call(origin, "POST", `/v1/cluster${path}`));
    await until("both to wait", () => node.held === 2);
    // One that has no more than a request has comes to its end meanwhile.
    expect((await call(origin, "PUT", "/v1/kv/a", { body: "x" })).status).toBe(504);
    gate.resolve();
    expect((await Promise.all(asked)).map((reply) => reply.status)).toEqual([200, 200]);
    node.refusals.push(...Array.from({ length: 100 }, () => new RaftError("NO_LEADER", "none")));
    expect(problemIn(await call(origin, "POST", "/v1/cluster/members/n2/promote")).code).toBe("NO_LEADER");
  });

  test("a leader tells how far behind each member is, and when it was heard; who does not lead cannot", async () => {
    await using server = await openFakeServer();
    const { node, origin } = server;
    node.membership = { ...node.membership, learners: ["n2", "n3"], addresses: { n1: "h:1", n2: "h:2", n3: "h:3" } };
    node.followers = [{ id: "n2", matchIndex: 4, lastContactMs: systemClock.now() - 3_600_000 }];
    const view = async (): Promise<{ leader: unknown; members: { lagEntries: unknown; lastHeardMs: unknown }[] }> =>
      JSON.parse((await call(origin, "GET", "/v1/cluster/members")).text);
    const { members } = await view();
    expect(members.map((each) => each.lagEntries)).toEqual([0, 5, null]);
    expect(members.map((each) => each.lastHeardMs)).toEqual([0, expect.any(Number), null]);
    expect(members[1]?.lastHeardMs).toBeGreaterThanOrEqual(3_600_000);
    node.leader = { id: "n2", address: "h:2" };
    node.followers = [];
    expect((await view()).members.map((each) => [each.lagEntries, each.lastHeardMs])).toEqual(
      [null, null, null].map((none) => [none, null]),
    );
  });

  test("a leader that has left the cluster and cannot be reached is none to be told of", async () => {
    await using server = await openFakeServer();
    server.node.leader = { id: "n9", address: "" };
    for (const path of ["/v1/cluster/members", "/v1/status"]) {
      expect(JSON.parse((await call(server.origin, "GET", path)).text)).toMatchObject({ leader: null });
    }
    server.node.refusals.push(
      ...Array.from({ length: 9 }, () => new RaftError("NOT_LEADER", "n9", { leader: server.node.leader })),
    );
    expect((await call(server.origin, "PUT", "/v1/kv/a", { body: "x" })).status).toBe(200);
  });

  test("P26 that not all founders have been there is said wherever a node is asked how it is", async () => {
    await using server = await openFakeServer({ requestTimeoutMs: 200 });
    const { node, origin } = server;
    const founding = async (): Promise<unknown> =>
      (JSON.parse((await call(origin, "GET", "/v1/cluster/members?consistency=stale")).text) as { founding?: true })
        .founding;
    expect(await founding()).toBeUndefined();
    node.leader = undefined;
    node.membership = foundedBy(["n1", "n2"].map((id) => ({ id, address: `${id}:1` })));
    expect(await founding()).toBe(true);
    expect((await call(origin, "GET", "/readyz")).text).toContain(
      "[-]leader failed: the cluster is founded as soon as all its founders are there: n1, n2\n",
    );
    node.refusals.push(...Array.from({ length: 9 }, () => new RaftError("NO_LEADER", "none")));
    const refused = problemIn(await call(origin, "DELETE", "/v1/cluster/members/n2"));
    expect(refused).toMatchObject({
      code: "NO_LEADER",
      detail: expect.stringContaining("founders are there: n1, n2") as string,
    });
  });

  test("the headers of an answer survive being carried", async () => {
    await using leader = await openFakeServer({ origin: "peer" });
    const follower = new FakeNode();
    follower.leader = { id: "n2", address: `127.0.0.1:${leader.port}` };
    await using server = await openFakeServer({ node: follower });
    const notLeader = new RaftError("NOT_LEADER", "n2 leads", { leader: follower.leader });
    follower.refusals.push(notLeader, notLeader);
    leader.node.appliedIndex = 12;
    const create = { headers: { "if-none-match": "*" }, body: "x" };
    const put = await call(server.origin, "PUT", "/v1/kv/a", create);
    expect(put.headers).toMatchObject({ "x-quorate-revision": "2", "x-quorate-applied-index": "12" });
    expect((await call(server.origin, "PUT", "/v1/kv/a", create)).headers).toMatchObject({ etag: '"2"' });
  });
});

describe("a node", () => {
  test("P26 that has lost its data says so, with the remedy, in /v1/status and /readyz", async () => {
    await using server = await openFakeServer();
    server.node.isForgotten = true;
    const status = JSON.parse((await call(server.origin, "GET", "/v1/status")).text) as object;
    const remedy = expect.stringContaining("DELETE /v1/cluster/members/n1") as string;
    expect(status).toMatchObject({ isForgotten: true, remedy });
    const ready = await call(server.origin, "GET", "/readyz");
    expect(ready.status).toBe(503);
    expect(ready.text).toMatch(/^\[-\]member failed: .* lost .* remedy: .*DELETE .*POST .*\n\[\+\]leader ok/);
  });

  test("that is no member any more is not ready", async () => {
    await using server = await openFakeServer();
    server.node.membership = { ...server.node.membership, voters: ["n2"], addresses: { n2: "h:1" } };
    expect((await call(server.origin, "GET", "/readyz")).text).toMatch(/^\[-\]member failed: this node is no member/);
  });
});

describe("reads", () => {
  test("say how old the state may be", async () => {
    await using server = await openFakeServer({ allowsLease: true });
    const queries = ["", "?consistency=stale", "?consistency=lease", "?minIndex=7", "?maxStalenessMs=0"];
    for (const query of queries) await call(server.origin, "GET", `/v1/kv/a${query}`);
    const expected = ["linearizable", "stale", "lease", { minIndex: 7 }, { maxStalenessMs: 0 }];
    expect(server.node.consistencies).toEqual(expected);
  });

  test("by lease are refused by a server that was not given what they rest on", async () => {
    await using server = await openFakeServer();
    const problem = problemIn(await call(server.origin, "GET", "/v1/kv/a?consistency=lease"));
    expect(problem).toMatchObject({
      code: "BAD_REQUEST",
      detail: expect.stringContaining("--lease-drift-max") as string,
    });
    expect(server.node.consistencies).toEqual([]);
  });

  test("for an index that this node does not come to are BEHIND, not-applied", async () => {
    await using server = await openFakeServer({ requestTimeoutMs: 100 });
    server.node.mute = true;
    const problem = problemIn(await call(server.origin, "GET", "/v1/kv/a?minIndex=1000"));
    expect(problem).toMatchObject({ status: 503, code: "BEHIND", outcome: "not-applied" });
  });
});
