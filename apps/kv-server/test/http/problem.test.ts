import { once } from "node:events";
import { connect } from "node:net";
import { RaftError } from "@quorate/raft-core";
import { describe, expect, test } from "vitest";
import { call, problemIn } from "./client.ts";
import { openFakeServer } from "./fake-node.ts";

const leader = { id: "n2", address: "127.0.0.1:2" };
const put = { body: "x" };

describe("what a client is told", () => {
  test("while there is no leader: 503 NO_LEADER with Retry-After, after half of the request's time", async () => {
    await using server = await openFakeServer({ requestTimeoutMs: 2000 });
    server.node.refusals.push(...Array.from({ length: 100 }, () => new RaftError("NO_LEADER", "no leader is known")));
    const reply = await call(server.origin, "PUT", "/v1/kv/a", put);
    expect(problemIn(reply)).toMatchObject({ status: 503, code: "NO_LEADER", outcome: "not-applied" });
    expect(reply.headers["retry-after"]).toBe("1");
    // Pauses of 20, 40, 80, 160 ms, then of 200: half of the time holds 8 attempts, all of it 13. A busy machine makes fewer.
    expect(server.node.proposals).toBeGreaterThan(2);
    expect(server.node.proposals).toBeLessThanOrEqual(8);
    expect(problemIn(await call(server.origin, "GET", "/v1/kv/a"))).toMatchObject({ status: 503, code: "NO_LEADER" });
    expect(server.node.machine.size).toBe(0);
  });

  test("a leader that comes in time is used: nothing but a little patience was asked", async () => {
    await using server = await openFakeServer({ requestTimeoutMs: 60_000 });
    server.node.refusals.push(new RaftError("NO_LEADER", "none"), new RaftError("NOT_LEADER", "not this one"));
    expect((await call(server.origin, "PUT", "/v1/kv/a", put)).status).toBe(200);
    server.node.refusals.push(new RaftError("NO_LEADER", "none"));
    expect((await call(server.origin, "GET", "/v1/kv/a")).text).toBe("x");
  });

  test("OVERLOADED comes at once, and is not tried again", async () => {
    await using server = await openFakeServer();
    server.node.refusals.push(new RaftError("OVERLOADED", "too much uncommitted"));
    const reply = await call(server.origin, "PUT", "/v1/kv/a", put);
    expect(problemIn(reply)).toMatchObject({ status: 503, code: "OVERLOADED", outcome: "not-applied" });
    expect(reply.headers["retry-after"]).toBe("1");
    expect(server.node.proposals).toBe(1);
  });

  test("a write accepted but not settled in time is 504 OUTCOME_UNKNOWN, a read is NO_LEADER", async () => {
    await using server = await openFakeServer({ requestTimeoutMs: 150 });
    server.node.mute = true;
    const write = problemIn(await call(server.origin, "PUT", "/v1/kv/a", put));
    expect(write).toMatchObject({ status: 504, code: "OUTCOME_UNKNOWN", outcome: "unknown", leader: { id: "n1" } });
    const read = problemIn(await call(server.origin, "GET", "/v1/kv/a"));
    expect(read).toMatchObject({ status: 503, code: "NO_LEADER", outcome: "not-applied" });
  });

  test("each outcome that a node reports keeps its meaning", async () => {
    await using server = await openFakeServer();
    const cases = [
      ["OUTCOME_UNKNOWN", 504, "OUTCOME_UNKNOWN", "unknown"],
      ["STATE_MACHINE_FAILED", 504, "OUTCOME_UNKNOWN", "unknown"],
      ["CLOSED", 503, "NO_LEADER", "not-applied"],
      ["STORAGE_FAILED", 503, "NO_LEADER", "not-applied"],
      ["TOO_LARGE", 413, "TOO_LARGE", "not-applied"],
      ["MEMBERSHIP_PENDING", 409, "MEMBERSHIP_PENDING", "not-applied"],
      ["MEMBERSHIP_REFUSED", 409, "MEMBERSHIP_REFUSED", "not-applied"],
      ["TERM_CHANGED", 409, "TERM_CHANGED", "not-applied"],
      ["TRANSFER_REFUSED", 409, "TRANSFER_REFUSED", "not-applied"],
      ["TRANSFER_FAILED", 409, "TRANSFER_FAILED", "unknown"],
      ["CORRUPT", 500, "INTERNAL", "unknown"],
    ] as const;
    for (const [raft, status, code, outcome] of cases) {
      server.node.refusals.push(new RaftError(raft, "because", { leader }));
      expect(problemIn(await call(server.origin, "PUT", "/v1/kv/a", put))).toMatchObject({
        ...{ status, code, outcome },
        remedy: expect.stringMatching(/./) as string,
      });
    }
  });

  test("a leader that is known is named", async () => {
    await using server = await openFakeServer();
    server.node.refusals.push(new RaftError("OUTCOME_UNKNOWN", "leadership was lost", { leader }));
    expect(problemIn(await call(server.origin, "PUT", "/v1/kv/a", put)).leader).toEqual(leader);
    server.node.refusals.push(new RaftError("OUTCOME_UNKNOWN", "it has left", { leader: { id: "n9", address: "" } }));
    expect(problemIn(await call(server.origin, "PUT", "/v1/kv/a", put)).leader).toBeUndefined();
  });

  test("P26 by a node that was removed, or has lost its data: NOT_A_MEMBER, and not to ask it again", async () => {
    await using server = await openFakeServer({ requestTimeoutMs: 200 });
    const { node } = server;
    const answers = async (): Promise<readonly unknown[]> => {
      node.refusals.push(...Array.from({ length: 20 }, () => new RaftError("NO_LEADER", "none", { leader })));
      const reply = await call(server.origin, "GET", "/v1/kv/a");
      expect(problemIn(reply).leader).toEqual(leader);
      node.refusals.length = 0;
      const { status, code, outcome, detail, remedy } = problemIn(reply);
      expect(remedy).toMatch(/^ask another node/);
      expect(reply.headers["retry-after"]).toBeUndefined();
      return [status, code, outcome, detail];
    };
    node.isForgotten = true;
    const lost = "this node has lost what it had stored: under its id the cluster knows another, so it has no vote";
    expect(await answers()).toEqual([503, "NOT_A_MEMBER", "not-applied", lost]);
    node.isForgotten = false;
    node.membership = { ...node.membership, voters: ["n2"], addresses: { n2: "h:1" } };
    expect(await answers()).toEqual([503, "NOT_A_MEMBER", "not-applied", "this node is no member of the cluster"]);
  });

  test("an error that nobody foresaw is 500 INTERNAL, logged, without its stack, and the server goes on", async () => {
    const errors: string[] = [];
    await using server = await openFakeServer({ errors });
    server.node.refusals.push(new Error("secret detail"));
    const reply = await call(server.origin, "GET", "/v1/kv/a");
    expect(problemIn(reply)).toMatchObject({ status: 500, code: "INTERNAL", outcome: "unknown" });
    expect(reply.text).not.toMatch(/secret|\.ts/);
    expect(errors).toEqual(["a request failed"]);
    expect((await call(server.origin, "PUT", "/v1/kv/a", put)).status).toBe(200);
  });

  test("writes under way are bounded in bytes: above that, OVERLOADED", async () => {
    await using server = await openFakeServer({ requestTimeoutMs: 300, bytesMax: 100_000 });
    server.node.mute = true;
    const body = new Uint8Array(40_000);
    const replies = await Promise.all(
      ["a", "b", "c"].map((key) => call(server.origin, "PUT", `/v1/kv/${key}`, { body })),
    );
    expect(replies.map((reply) => problemIn(reply).code).toSorted()).toEqual([
      "OUTCOME_UNKNOWN",
      "OUTCOME_UNKNOWN",
      "OVERLOADED",
    ]);
    server.node.mute = false;
    expect((await call(server.origin, "PUT", "/v1/kv/d", { body })).status).toBe(200);
  });
});

describe("a client that leaves", () => {
  test("in the middle of its request harms no one, and is no error of the server's", async () => {
    const errors: string[] = [];
    await using server = await openFakeServer({ errors });
    const socket = connect(server.port, "127.0.0.1").on("error", () => undefined);
    await once(socket, "connect");
    socket.write("PUT /v1/kv/a HTTP/1.1\r\nhost: localhost\r\ncontent-length: 1000\r\n\r\nbegun");
    await call(server.origin, "GET", "/livez");
    socket.destroy();
    await once(socket, "close");
    expect((await call(server.origin, "PUT", "/v1/kv/b", put)).status).toBe(200);
    expect(server.node.proposals).toBe(1);
    expect(errors).toEqual([]);
  });
});

describe("health", () => {
  test("/readyz says which check fails and why; /livez depends on none of them", async () => {
    let probe = (): Promise<void> => Promise.resolve();
    await using server = await openFakeServer({ probeStorage: () => probe() });
    const ready = (): ReturnType<typeof call> => call(server.origin, "GET", "/readyz");
    expect((await ready()).status).toBe(200);
    server.node.leader = undefined;
    server.node.mute = true;
    const cut = await ready();
    expect(cut.status).toBe(503);
    expect(cut.text).toMatch(
      /^\[\+\]member ok\n\[-\]leader failed: .*\n\[-\]log failed: applied 9 of 9 .*\n\[\+\]storage ok\n$/,
    );
    server.node.mute = false;
    probe = () => Promise.reject(new Error("ENOSPC: no space\nleft"));
    expect((await ready()).text).toContain("[-]storage failed: ENOSPC: no space left\n");
    server.node.failed = { code: "STORAGE_FAILED", message: "the disk failed" };
    expect((await ready()).text).toContain("[-]storage failed: the disk failed\n");
    expect((await call(server.origin, "GET", "/livez")).status).toBe(200);
  });
});
