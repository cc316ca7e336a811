import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Answering } from "../src/answering.ts";
import { decodeFrame, encodeMessage } from "../src/codec.ts";
import { Dialling } from "../src/dialling.ts";
import { Malformed } from "../src/malformed.ts";
import { LiveNode, RawClient, heartbeat, until } from "./live.ts";

interface Hostile {
  readonly name: string;
  readonly hex: string;
}

const corpus = JSON.parse(readFileSync(new URL("../corpus/frames.json", import.meta.url), "utf8")) as Hostile[];
const frames = corpus.map(({ name, hex }) => [name, new Uint8Array(Buffer.from(hex, "hex"))] as const);

const frame = (round: number): Buffer => Buffer.concat(encodeMessage(heartbeat(round)).pieces);

describe("the corpus of hostile frames", () => {
  test("has all kinds", () => {
    const kinds = new Set(frames.map(([name]) => name.slice(0, 3)));
    expect([...kinds].toSorted()).toEqual(["W03", "W04", "W05", "W06", "W07", "W09", "W10", "W11", "W13", "W16"]);
    expect(frames.length).toBeGreaterThan(100);
  });

  test.each(frames)("%s: no message", (_name, bytes) => {
    const before = Reflect.ownKeys(Object.prototype).length;
    expect(() => decodeFrame(bytes)).toThrow(Malformed);
    expect(Reflect.ownKeys(Object.prototype).length).toBe(before);
  });

  test("nor any word of a handshake, but those that are one, and those are no proof", () => {
    const secrets = ["the secret of the cluster"];
    const channel = { use: "messages", overTls: false } as const;
    for (const [name, bytes] of frames) {
      const answering = new Answering({ self: { id: "b", clusterId: "test" }, secrets, channel });
      const self = { id: "a", clusterId: "test" };
      const dialling = new Dialling({ self, peer: "b", instance: "i", epoch: 1, secrets, channel });
      if (name.startsWith("W09 a hello")) expect(answering.heard(bytes).type).toBe("refuse");
      else expect(() => answering.heard(bytes), name).toThrow(Malformed);
      if (name.startsWith("W10 a challenge")) expect(dialling.heard(bytes).type).toBe("say");
      else if (name.startsWith("W09 a welcome")) expect(dialling.heard(bytes).type).toBe("reject");
      else expect(() => dialling.heard(bytes), name).toThrow(Malformed);
    }
  });
});

describe("the corpus on a node that runs", () => {
  let node: LiveNode;
  let witness: RawClient;
  beforeAll(async () => {
    node = await LiveNode.open("b", { strangersMax: 8 });
    witness = new RawClient(node.port);
    await witness.greet("w", "b");
  });
  afterAll(() => node.transport.close());

  test("each ends its own connection, is counted, and nothing of it is delivered; another connection goes on", async () => {
    const beganBytes = process.memoryUsage().rss;
    for (const [at, [name, bytes]] of frames.entries()) {
      const client = new RawClient(node.port);
      await client.greet("a", "b");
      client.socket.send(Buffer.concat([frame(1_000_000), bytes]));
      client.socket.send(frame(2_000_000));
      expect((await client.ended).code, name).toBe(4006);
      expect(node.transport.stats().malformed, name).toBe(at + 1);
      witness.socket.send(frame(at));
      await until("the witness is heard", () => node.received.length === at + 1);
    }
    expect(node.rounds).toEqual(frames.map((_, at) => at));
    expect(process.memoryUsage().rss - beganBytes).toBeLessThan(128 * 1024 * 1024);
    expect(node.warnings("a connection was closed: not understood").length).toBeLessThan(5);
  });
});
