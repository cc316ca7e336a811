import { afterEach, describe, expect, test } from "vitest";
import { HOST, LiveNode, RawClient, heartbeat, until } from "./live.ts";

const nodes: LiveNode[] = [];

async function open(id: string, options: Parameters<typeof LiveNode.open>[1] = {}): Promise<LiveNode> {
  const node = await LiveNode.open(id, options);
  nodes.push(node);
  return node;
}

afterEach(async () => {
  await Promise.all(nodes.splice(0).map((node) => node.transport.close()));
});

/** Nobody listens there. */
const formerAddress = `${HOST}:1`;

const isRising = (rounds: readonly number[]): boolean =>
  rounds.every((round, at) => at === 0 || round > (rounds[at - 1] ?? 0));

describe("a member that has moved, and has made a connection from its new place", () => {
  test("is answered on that connection, as long as it is not found at its address", async () => {
    const [stayer, mover] = [await open("s"), await open("m")];
    stayer.knows({ id: "m", address: formerAddress });
    mover.knows(stayer.member);
    await until("it is answered", () => {
      stayer.transport.send("m", heartbeat(1));
      return mover.received.length > 0;
    });
    expect(mover.received[0]?.from).toBe("s");
    expect(stayer.isConnectedTo("m")).toBe(false);
  });

  test("hears nothing out of order when it is found, lost, and found again", async () => {
    const [stayer, mover] = [await open("s"), await open("m")];
    stayer.knows({ id: "m", address: formerAddress });
    mover.knows(stayer.member);
    let round = 0;
    const say = (): void => {
      for (let count = 0; count < 5; count += 1) stayer.transport.send("m", heartbeat((round += 1)));
    };
    const saying = setInterval(say, 1);
    for (let time = 0; time < 20; time += 1) {
      const heard = mover.received.length;
      stayer.knows(time % 2 === 0 ? mover.member : { id: "m", address: formerAddress });
      await until("it is heard", () => mover.received.length > heard + 20);
    }
    clearInterval(saying);
    expect(isRising(mover.rounds)).toBe(true);
    expect(mover.rounds.length).toBeGreaterThan(round / 2);
  });

  test("has only a little waiting for it there: what waits for a member has its limit already", async () => {
    const limits = { outboxBytesMax: 2 ** 22, messageBytesMax: 2 ** 20, dialOutboxBytesMax: 2 ** 16 };
    const stayer = await open("s", limits);
    stayer.knows({ id: "m", address: formerAddress });
    const mover = new RawClient(stayer.port);
    await mover.greet("m", "s");
    await until("the stayer has failed to reach it", () => stayer.unreachable.includes("m"));
    mover.socket.pause();
    const chunk = {
      type: "install-snapshot",
      term: 1,
      snapshot: {
        ...{ index: 1, term: 1, sizeBytes: 2 ** 13, checksum: 0 },
        membership: { voters: ["a"], outgoing: [], learners: [], addresses: { a: "" } },
      },
      offsetBytes: 0,
      data: new Uint8Array(2 ** 13),
    } as const;
    for (let count = 0; count < 4000; count += 1) {
      stayer.transport.send("m", chunk);
      if (count % 5 === 0) await new Promise(setImmediate);
      expect(stayer.transport.stats().peers["m"]?.outboxBytes).toBeLessThan(2 * limits.dialOutboxBytesMax);
    }
    expect(stayer.transport.stats().messagesDropped).toBeGreaterThan(1000);
    mover.socket.terminate();
  });
});
