import { once } from "node:events";
import { get } from "node:http";
import { createServer } from "node:net";
import type { Duplex } from "node:stream";
import fc from "fast-check";
import { afterEach, describe, expect, test } from "vitest";
import { Answering } from "../src/answering.ts";
import { Dialling } from "../src/dialling.ts";
import { decodeEnvelope } from "../src/envelope.ts";
import { closeCode, encodeChallenge, encodeProof } from "../src/handshake.ts";
import { type Channel, type Role, macOf, newNonce, provenBy } from "../src/secret.ts";
import { parseRefused } from "../src/schema.ts";
import { StreamWords } from "../src/stream-words.ts";
import { LiveNode, RawClient, heartbeat, helloOf, rawBytes, until, welcomeOf } from "./live.ts";

const secret = "the secret of the cluster";
const another = "the secret of another one";
const ofA = { id: "a", clusterId: "test" };
const ofB = { id: "b", clusterId: "test" };

const channel: Channel = { use: "messages", overTls: false };
const role: Role = { side: "dialling", ...channel };

const dialling = (...secrets: string[]): Dialling =>
  new Dialling({ self: ofA, peer: "b", instance: "i", epoch: 1, secrets, channel });
const answering = (...secrets: string[]): Answering => new Answering({ self: ofB, secrets, channel });

/** What is said to the end, one word after another, and how it ends on either side. */
function conversation(dialler: Dialling, answerer: Answering): { said: Uint8Array[]; ends: string[] } {
  const said = [dialler.hello];
  for (;;) {
    const answer = answerer.heard(said.at(-1) ?? dialler.hello);
    if (answer.type === "refuse") return { said, ends: [answer.refusal.reason] };
    said.push(answer.type === "say" ? answer.bytes : answer.welcome("member"));
    const next = dialler.heard(said.at(-1) ?? dialler.hello);
    if (next.type === "reject") return { said, ends: [answer.type, next.mistake.reason] };
    if (next.type === "done") return { said, ends: [answer.type, next.type] };
    said.push(next.bytes);
  }
}

describe("a handshake with a secret", () => {
  test("succeeds where both know it, in four words, in none of which it stands", () => {
    const { said, ends } = conversation(dialling(secret), answering(secret));
    expect(ends).toEqual(["proven", "done"]);
    expect(said).toHaveLength(4);
    expect(Buffer.concat(said).includes(secret)).toBe(false);
  });

  test.each([
    ["W10: another secret", [another], [secret], ["the secret is another one here: give all nodes the same"]],
    ["W10: a dialling node without one", [], [secret], ["this cluster has a secret: give it to the node that dials"]],
    ["W10: an accepting node without one", [secret], [], ["proven", "the node there has not proved the secret"]],
    ["none on either side", [], [], ["proven", "done"]],
    ["a new one, where the old one still counts", [another], [secret, another], ["proven", "done"]],
    ["the old one, where a new one counts already", [secret, another], [another, secret], ["proven", "done"]],
  ])("%s", (_name, ofDialler, ofAnswerer, ends) => {
    expect(conversation(dialling(...ofDialler), answering(...ofAnswerer)).ends).toEqual(ends);
  });

  test("W10: a node that is asked for a secret and has none says so, and proves nothing", () => {
    const step = dialling().heard(encodeChallenge(newNonce()));
    expect(step).toMatchObject({ type: "reject", mistake: { code: closeCode.unauthenticated } });
  });

  test("W10: a welcome that proves nothing, or a challenge behind it, is not believed", () => {
    expect(dialling(secret).heard(welcomeOf(ofB))).toMatchObject({ type: "reject" });
    const dialler = dialling(secret);
    dialler.heard(encodeChallenge(newNonce()));
    expect(dialler.heard(welcomeOf(ofB))).toMatchObject({ type: "reject" });
    expect(() => dialler.heard(encodeChallenge(newNonce()))).toThrow("a second challenge");
  });

  test("W19: what was recorded proves nothing on another connection, on neither side", () => {
    const { said } = conversation(dialling(secret), answering(secret));
    const [hello = new Uint8Array(), , proof = new Uint8Array(), welcome = new Uint8Array()] = said;
    const answerer = answering(secret);
    answerer.heard(hello);
    expect(answerer.heard(proof)).toMatchObject({ type: "refuse" });
    const dialler = dialling(secret);
    dialler.heard(encodeChallenge(newNonce()));
    expect(dialler.heard(welcome)).toMatchObject({ type: "reject" });
  });

  test("W19: a proof that is sent back proves nothing: it is of the other side", () => {
    const transcript = [newNonce(), newNonce()];
    const mac = macOf(secret, role, transcript);
    expect(provenBy([secret], role, transcript, mac)).toBe(secret);
    expect(provenBy([secret], { ...role, side: "accepting" }, transcript, mac)).toBeUndefined();
    // A node that dials itself through an enemy, who passes on every word.
    const self = new Dialling({ self: ofB, peer: "b", instance: "i", epoch: 1, secrets: [secret], channel });
    expect(answering(secret).heard(self.hello)).toMatchObject({ type: "refuse", refusal: { code: 4003 } });
  });

  const others: readonly (readonly [string, Channel])[] = [
    ["a stream", { ...channel, use: "stream" }],
    ["one with TLS", { ...channel, overTls: true }],
  ];
  test.each(others)("W19: a proof that is passed on to %s proves nothing there, on neither side", (_name, other) => {
    const dialler = new Dialling({ self: ofA, peer: "b", instance: "i", epoch: 1, secrets: [secret], channel: other });
    const { ends } = conversation(dialler, answering(secret));
    expect(ends).toEqual(["the secret is another one here: give all nodes the same"]);
    const transcript = [newNonce(), newNonce()];
    const mac = macOf(secret, { side: "accepting", ...channel }, transcript);
    expect(provenBy([secret], { side: "accepting", ...other }, transcript, mac)).toBeUndefined();
  });

  test("W04 W10: whatever is changed on the way, the handshake does not succeed", () => {
    fc.assert(
      fc.property(fc.nat(3), fc.nat(), fc.integer({ min: 1, max: 255 }), (word, place, change) => {
        const [dialler, answerer] = [dialling(secret), answering(secret)];
        const said: Uint8Array[] = [];
        const pass = (bytes: Uint8Array): Uint8Array => {
          const passed = new Uint8Array(bytes);
          if (said.length === word) passed[place % bytes.length] = (bytes[place % bytes.length] ?? 0) ^ change;
          said.push(passed);
          return passed;
        };
        try {
          const challenge = answerer.heard(pass(dialler.hello));
          if (challenge.type !== "say") return;
          const proof = dialler.heard(pass(challenge.bytes));
          if (proof.type !== "say") return;
          const welcome = answerer.heard(pass(proof.bytes));
          if (welcome.type !== "proven") return;
          // Only what this node is there is said without proof.
          const done = dialler.heard(pass(welcome.welcome("member")));
          expect(done.type === "done" && done.welcome.standing === "member").toBe(false);
        } catch (error) {
          expect(error).toHaveProperty("name", "Malformed");
        }
      }),
      { numRuns: 3000, seed: 14 },
    );
  });

  test("parts of a transcript cannot be moved into one another", () => {
    const bytes = (text: string): Uint8Array => Buffer.from(text);
    const mac = macOf(secret, role, [bytes("ab"), bytes("c")]);
    expect(provenBy([secret], role, [bytes("a"), bytes("bc")], mac)).toBeUndefined();
  });
});

describe("nodes with a secret", () => {
  const nodes: LiveNode[] = [];
  const open = async (id: string, options: Parameters<typeof LiveNode.open>[1]): Promise<LiveNode> => {
    const node = await LiveNode.open(id, options);
    nodes.push(node);
    return node;
  };
  const reasonsOf = (node: LiveNode): unknown[] =>
    node.warnings("not connected; trying again").map((fields) => fields?.["reason"]);

  afterEach(async () => {
    await Promise.all(nodes.splice(0).map((node) => node.transport.close()));
  });

  test("hear each other, and nobody else; the reason is logged once", async () => {
    const [a, b, c] = [
      await open("a", { secrets: [secret] }),
      await open("b", { secrets: [secret] }),
      await open("c", { secrets: [another] }),
    ];
    a.knows(b.member);
    c.knows(b.member);
    a.transport.send("b", heartbeat(1));
    c.transport.send("b", heartbeat(9));
    await until("a is heard", () => b.received.length === 1);
    await until("c was refused a number of times", () => b.transport.stats().refusals.unauthenticated > 3);
    expect(b.received.map(({ from }) => from)).toEqual(["a"]);
    expect(reasonsOf(c)).toEqual(["closed with 4009 the secret is another one here: give all nodes the same"]);
    expect(b.warnings("a connection was refused")).toHaveLength(1);
  });

  test("W10: do not hear what comes behind a hello, or behind a proof that is none", async () => {
    const b = await open("b", { secrets: [secret] });
    const client = new RawClient(b.port);
    await client.opened();
    client.socket.send(helloOf(ofA, "b"));
    expect((await client.ended).code).toBe(4009);
    const prover = new RawClient(b.port);
    await prover.opened();
    prover.socket.send(dialling(secret).hello);
    await until("it is challenged", () => prover.messages.length === 1);
    prover.socket.send(encodeProof(newNonce()));
    expect((await prover.ended).code).toBe(4009);
    expect(b.transport.stats().refusals.unauthenticated).toBe(2);
  });

  test("W10 W17: give who has said hello, and proved nothing, no more room than who has said nothing", async () => {
    const b = await open("b", { secrets: [secret] });
    const client = new RawClient(b.port);
    await client.opened();
    client.socket.send(dialling(secret).hello);
    await until("it is challenged", () => client.messages.length === 1);
    client.socket.send(Buffer.alloc(1024 * 1024));
    // Not 4006: that would be said of a message that was read to its end.
    expect((await client.ended).code).toBe(1006);
    expect(b.transport.stats().malformed).toBe(0);
  });

  test("change it without an interruption: the new one is accepted everywhere before anybody proves it", async () => {
    const [a, b] = [await open("a", { secrets: [secret] }), await open("b", { secrets: [secret] })];
    a.knows(b.member);
    await until("they are connected", () => a.isConnectedTo("b"));
    for (const secrets of [[secret, another], [another, secret], [another]]) {
      for (const node of [b, a]) {
        node.transport.setCredentials({ secrets });
        a.knows();
        a.knows(b.member);
        await until("they are connected again", () => a.isConnectedTo("b"));
      }
    }
    expect(b.transport.stats().refused).toBe(0);
  });

  test("open streams to each other's application, and to nobody else", async () => {
    const streams: [Duplex, string][] = [];
    const onStream = (stream: Duplex, from: string): void => void streams.push([stream, from]);
    const a = await open("a", { secrets: [secret] });
    const b = await open("b", { secrets: [secret], onStream });
    const c = await open("c", { secrets: [another] });
    const stream = await a.transport.openStream(b.member);
    let heard = "";
    streams[0]?.[0].on("data", (bytes: Buffer) => (heard += bytes.toString())).resume();
    stream.write("what the application says");
    await until("it arrives", () => heard === "what the application says");
    await expect(c.transport.openStream(b.member)).rejects.toThrow(
      "the secret is another one here: give all nodes the same",
    );
    await expect(a.transport.openStream({ ...b.member, id: "z" })).rejects.toThrow('this is node "b"');
    await expect(a.transport.openStream(c.member)).rejects.toThrow("it answers 404");
    const silent = createServer(() => undefined).listen(0, "127.0.0.1");
    await once(silent, "listening");
    const address = silent.address();
    const nobody = { id: "b", address: `127.0.0.1:${typeof address === "object" ? address?.port : 0}` };
    await expect(a.transport.openStream(nobody, 50)).rejects.toThrow("no answer within 50 ms");
    silent.close();
    await expect(a.transport.openStream({ id: "b", address: "nowhere" })).rejects.toThrow("should be host:port");
    expect(streams.map(([, from]) => from)).toEqual(["a"]);
    stream.destroy();
  });

  test("W19: a proof that was given for messages opens no stream", async () => {
    const b = await open("b", { secrets: [secret], onStream: (stream) => void stream.destroy() });
    const request = get(`http://${b.member.address}/raft/v1/stream`, {
      headers: { connection: "upgrade", upgrade: "quorate-stream" },
    });
    const [, socket, head] = (await once(request, "upgrade")) as [unknown, Duplex, Buffer];
    const dialler = dialling(secret);
    const { promise, resolve } = Promise.withResolvers<string>();
    const heard = (word: Uint8Array): void => {
      const envelope = decodeEnvelope(word);
      if ("type" in envelope && envelope.type === "refused") return resolve(parseRefused(envelope).reason);
      const step = dialler.heard(word);
      if (step.type === "say") words.say(step.bytes);
      else resolve(step.type);
    };
    const words: StreamWords = new StreamWords(socket, { heard, failed: resolve, ended: resolve });
    words.say(dialler.hello);
    words.begin(head);
    expect(await promise).toContain("the secret is another one here");
    socket.destroy();
  });

  test("W10: are deaf to a stream from its refusal on, whatever comes behind it", async () => {
    const streams: string[] = [];
    const onStream = (stream: Duplex, from: string): void => {
      streams.push(from);
      stream.destroy();
    };
    const b = await open("b", { onStream });
    const word = (bytes: Uint8Array): Buffer =>
      Buffer.concat([Buffer.from([bytes.length & 0xff, bytes.length >> 8]), bytes]);
    const upgrade = "GET /raft/v1/stream HTTP/1.1\r\nhost: b\r\nconnection: upgrade\r\nupgrade: quorate-stream\r\n\r\n";
    const hellos = [helloOf({ id: "a", clusterId: "another" }, "b"), helloOf(ofA, "b")].map(word);
    const answer = await rawBytes(b.port, Buffer.concat([Buffer.from(upgrade), ...hellos]));
    expect(answer).toContain('this node belongs to cluster "test"');
    expect(answer).not.toContain("welcome");
    expect(streams).toEqual([]);
  });
});
