import { once } from "node:events";
import { createServer } from "node:http";
import { connect } from "node:net";
import { Authority } from "@quorate/certificates";
import { afterEach, beforeAll, describe, expect, test } from "vitest";
import { HOST, LiveNode, RawClient, helloOf, until, upgradeTo } from "./live.ts";
import { ManualClock } from "./manual-clock.ts";

const nodes: LiveNode[] = [];
const text = "not connected; trying again";
const remedies = { unauthenticated: "set the same secret everywhere", tls: "look at the certificates" };

async function open(id: string, options: Parameters<typeof LiveNode.open>[1] = {}): Promise<LiveNode> {
  const node = await LiveNode.open(id, options);
  nodes.push(node);
  return node;
}

afterEach(async () => {
  await Promise.all(nodes.splice(0).map((node) => node.transport.close()));
});

describe("what keeps two nodes apart", () => {
  const [secret, another] = ["the secret of the cluster", "the secret of another one"];

  test("a secret: named on both sides with the application's remedy, in log and stats, until they come together", async () => {
    const a = await open("a", { secrets: [another], remedies });
    const b = await open("b", { secrets: [secret], remedies });
    a.knows(b.member);
    await until("it is known", () => a.transport.stats().peers["b"]?.trouble !== undefined);
    const remedy = "set the same secret everywhere";
    const reason = "the secret is another one here: give all nodes the same";
    const trouble = { kind: "unauthenticated", reason: `closed with 4009 ${reason}`, remedy };
    expect(a.transport.stats().peers["b"]?.trouble).toEqual(trouble);
    expect(a.warnings(text)).toEqual([expect.objectContaining({ peer: "b", remedy })]);
    const refusal = { kind: "unauthenticated", peer: "a", reason, remedy };
    expect(b.transport.stats().lastRefusal).toMatchObject(refusal);
    expect(b.transport.stats().lastRefusal?.agoMs).toBeGreaterThanOrEqual(0);
    expect(b.warnings("a connection was refused")).toEqual([expect.objectContaining({ peer: "a", reason, remedy })]);
    a.transport.setCredentials({ secrets: [secret] });
    await until("they are connected", () => a.isConnectedTo("b"));
    expect(a.transport.stats().peers["b"]).not.toHaveProperty("trouble");
  });

  describe("certificates", () => {
    let authority: Authority;
    beforeAll(async () => {
      authority = await Authority.create();
    });

    test("named as such on both sides, whatever they are counted as", async () => {
      const b = await open("b", { tls: await authority.issue("b"), remedies });
      const a = await open("a", { tls: await (await Authority.create()).issue("a"), remedies });
      a.knows(b.member);
      b.knows(a.member);
      for (const [node, peer] of [[a, "b"] as const, [b, "a"] as const]) {
        await until("it is known", () => node.transport.stats().peers[peer]?.trouble !== undefined);
        const trouble = { kind: "tls", remedy: "look at the certificates" };
        expect(node.transport.stats().peers[peer]?.trouble).toMatchObject(trouble);
      }
      const plain = await open("c", {});
      plain.knows(b.member);
      await until("b has turned it away", () => b.transport.stats().lastRefusal !== undefined);
      expect(b.transport.stats().lastRefusal).toMatchObject({ kind: "tls", remedy: "look at the certificates" });
      expect(b.transport.stats().refusals.unauthenticated).toBeGreaterThan(0);
    });
  });

  test("nobody there: no remedy but the reason", async () => {
    const a = await open("a", { remedies });
    a.knows({ id: "b", address: "nowhere" });
    const trouble = { kind: "unreachable", reason: '"nowhere" is not an address; it should be host:port' };
    expect(a.transport.stats().peers["b"]?.trouble).toEqual(trouble);
  });
});

test("what one node is refused for keeps no other node out of the log", async () => {
  const b = await open("b");
  b.knows({ id: "n1", address: `${HOST}:1` }, { id: "n2", address: `${HOST}:1` });
  for (const id of ["n1", "n2", "n1", "stranger", "stranger"]) {
    const client = new RawClient(b.port);
    await client.opened();
    client.socket.send(helloOf({ id, clusterId: "another" }, "b"));
    await client.ended;
  }
  const told = b.warnings("a connection was refused").map((fields) => fields?.["peer"]);
  expect(told).toEqual(["n1", "n2", "stranger"]);
});

describe("a peer that answers, but not as one", () => {
  test.each([
    [503, "it answers 503: it has not started yet"],
    [404, "it answers 404: it is just starting or stopping, or it is no node; is the address right?"],
  ])("with %s is warned of only once that has lasted", async (status, reason) => {
    const server = createServer();
    let asked = 0;
    server.on("upgrade", (_request, socket) => {
      asked += 1;
      socket.end(`HTTP/1.1 ${status} No\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
    });
    await once(server.listen(0, HOST), "listening");
    const address = server.address();
    const port = typeof address === "object" ? (address?.port ?? 0) : 0;
    const clock = new ManualClock();
    const a = await open("a", { clock, handshakeTimeoutMs: 1000, deadAfterMs: 60_000 });
    a.knows({ id: "b", address: `${HOST}:${port}` });
    const told = (): unknown[] =>
      a.logged.filter((line) => line.text === text).map(({ level, fields }) => [level, fields?.["reason"]]);
    await until("it is told", () => told().length > 0);
    const again = async (byMs: number): Promise<void> => {
      const [before, failures] = [asked, a.unreachable.length];
      clock.advance(byMs);
      await until("it has been tried again", () => asked > before && a.unreachable.length > failures);
    };
    await again(500);
    expect(told()).toEqual([["info", reason]]);
    await again(500);
    await again(500);
    expect(told()).toEqual([
      ["info", reason],
      ["warn", reason],
    ]);
    server.close();
  });
});

test.each(["reset", "ended"])(
  "W25: a stream that is %s before it has shaken hands is nothing to warn of",
  async (how) => {
    const b = await open("b", { onStream: () => undefined });
    const socket = connect(b.port, HOST);
    socket.on("error", () => undefined);
    socket.write(upgradeTo("/raft/v1/stream", "quorate-stream"));
    await once(socket, "data");
    if (how === "reset") socket.resetAndDestroy();
    else socket.end();
    const told = (): LiveNode["logged"] => b.logged.filter((line) => line.text.startsWith("a connection"));
    await until("it is noticed", () => told().length > 0);
    const line = { level: "debug", text: "a connection ended before it had shaken hands" };
    expect(told()).toEqual([expect.objectContaining(line)]);
    expect(b.transport.stats().malformed).toBe(0);
  },
);
