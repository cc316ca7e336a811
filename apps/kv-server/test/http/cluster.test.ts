import { RaftError } from "@quorate/raft-core";
import { describe, expect, test } from "vitest";
import { call, problemIn } from "./client.ts";
import { FakeNode, openFakeServer } from "./fake-node.ts";

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
