import { RaftError, type SnapshotPolicy } from "@quorate/raft-core";
import { describe, expect, test, vi } from "vitest";
import { Cluster } from "./support/cluster.ts";
import { Ports } from "./support/ports.ts";
import { text } from "./support/text-machine.ts";

const everyThree: SnapshotPolicy = ({ entries }) => entries >= 3;
const FULL = "ENOSPC: no space left on device";

/** Whom `id` has voted for, as its peers hear it. */
function votesHeard(cluster: Cluster, id: string): readonly string[] {
  const heard: string[] = [];
  cluster.network.on("deliver", ({ from, to, message }) => {
    if (from === id && message.type === "request-vote-reply" && !message.pre && message.granted) heard.push(to);
  });
  return heard;
}

describe("P19 a hung disk", () => {
  test.each([3, 5])("of the leader of %i: another one commits, at once and for as long as it hangs", async (size) => {
    const cluster = await Cluster.start(size);
    const hung = await cluster.elect();
    await cluster.propose(hung, "before");
    const fromMs = cluster.clock.now();
    const led: (string | undefined)[] = [];
    cluster.hang(hung, 30_000);
    cluster.node(hung).on("role", ({ role }) => led.push(role));
    const during = Promise.allSettled([cluster.node(hung).propose(text("during"))]);
    await cluster.clock.until(() => cluster.leader !== undefined && cluster.leader !== hung, "another leader");
    const next = await cluster.elect();
    await cluster.propose(next, "after");
    expect(cluster.clock.now() - fromMs).toBeLessThan(4_000);
    while (cluster.clock.now() < fromMs + 29_000) {
      await cluster.propose(next, `at ${cluster.clock.now() - fromMs}`);
      await cluster.clock.run(500);
    }
    expect(cluster.leader).toBe(next);
    expect(led).not.toContain("leader");
    expect(led).not.toContain("candidate");
    await cluster.clock.run(2_000);
    await cluster.converge();
    await during;
    const [lines = [], ...others] = cluster.ids.map((id) => cluster.lines(id));
    expect(lines.filter((line) => line === "before" || line === "after")).toEqual(["before", "after"]);
    expect(others).toEqual(others.map(() => lines));
    await cluster.close();
  });

  test("of a follower: it wins no election, and those that work need not wait for it", async () => {
    const cluster = await Cluster.start(5);
    const [hung = ""] = cluster.others(await cluster.elect());
    const led: string[] = [];
    cluster.node(hung).on("role", ({ role }) => led.push(role));
    cluster.hang(hung, 30_000);
    await cluster.propose(await cluster.elect(), "while it hangs");
    for (let crash = 0; crash < 2; crash += 1) {
      const crashed = await cluster.elect();
      const fromMs = cluster.clock.now();
      cluster.crash(crashed);
      await cluster.clock.until(() => cluster.leader !== undefined, "another leader");
      await cluster.propose(await cluster.elect(), `after ${crashed}`);
      expect(cluster.clock.now() - fromMs).toBeLessThan(4_000);
      await cluster.start(crashed);
      await cluster.clock.run(5_000);
    }
    expect(led).not.toContain("leader");
    await cluster.close();
  });
});

describe("P19 P46 a disk that fails does not win again", () => {
  test("its vote for itself is not durable, so it asks for none, and stops", async () => {
    const ports = new Ports();
    ports.transport.onSend = (to, message) => {
      if (message.type !== "request-vote") return;
      const { term, pre } = message;
      const reply = { type: "request-vote-reply", term, pre, granted: true } as const;
      ports.clock.endOfTurn(() => ports.transport.handler?.receive(to, reply));
    };
    const node = await ports.open(3);
    const roles: string[] = [];
    node.on("role", ({ role }) => roles.push(role));
    ports.storage.fail(FULL);
    await ports.clock.until(() => node.status().failed !== undefined, "the node stops");
    await ports.clock.run(30_000);
    expect(roles).toEqual(["pre-candidate", "candidate", "follower"]);
    const asked = ports.transport.sent.flatMap(({ message }) => (message.type === "request-vote" ? [message.pre] : []));
    expect(asked).toEqual([true, true]);
    await ports.clock.during(node.close());
  });

  test("started again and again, with nobody else to lead, it leads never; mended, it does", async () => {
    const cluster = await Cluster.start(3);
    const failing = await cluster.elect();
    await cluster.propose(failing, "before");
    await cluster.converge();
    const [silent = "", other = ""] = cluster.others(failing);
    cluster.crash(silent);
    cluster.break(failing, FULL);
    await Promise.allSettled([cluster.clock.during(cluster.node(failing).propose(text("during")))]);
    expect(cluster.node(failing).status().failed).toMatchObject({ code: "STORAGE_FAILED" });
    for (let life = 0; life < 5; life += 1) {
      const node = await cluster.restart(failing);
      const roles: string[] = [];
      node.on("role", ({ role }) => roles.push(role));
      await cluster.clock.until(() => node.status().failed !== undefined, "the node stops");
      expect(roles).not.toContain("leader");
    }
    expect(cluster.node(other).status()).toMatchObject({
      role: expect.not.stringMatching("leader"),
      failed: undefined,
    });
    cluster.mend(failing);
    await cluster.restart(failing);
    await cluster.propose(await cluster.elect(), "after");
    await cluster.converge();
    expect(cluster.lines(other).filter((line) => line !== "during")).toEqual(["before", "after"]);
    await cluster.close();
  });
});

describe("P46 a leader whose disk is full", () => {
  test("hands over: the others elect a leader, answer reads, and have all that was acknowledged", async () => {
    const cluster = await Cluster.start(3);
    const full = await cluster.elect();
    await cluster.propose(full, "before");
    cluster.break(full, FULL);
    const outcome = cluster.node(full).propose(text("during"));
    await expect(cluster.clock.during(outcome)).rejects.toMatchObject({ code: "OUTCOME_UNKNOWN" });
    expect(cluster.node(full).status().failed).toMatchObject({ code: "STORAGE_FAILED" });
    expect(cluster.node(full).status()).toMatchObject({ role: "follower", leader: undefined, followers: [] });
    await expect(cluster.node(full).propose(text("later"))).rejects.toMatchObject({ code: "STORAGE_FAILED" });
    await cluster.clock.until(() => cluster.leader !== undefined && cluster.leader !== full, "another leader");
    const next = await cluster.elect();
    await cluster.propose(next, "after");
    const lines = await cluster.clock.during(cluster.node(next).read(0));
    expect(lines.filter((line) => line !== "during")).toEqual(["before", "after"]);
    await cluster.close();
  });
});

test("F16 P46: with room again it rejoins, and has what the others have", async () => {
  const cluster = await Cluster.start(3);
  const full = await cluster.elect();
  await cluster.propose(full, "before");
  cluster.break(full, FULL);
  await Promise.allSettled([cluster.clock.during(cluster.node(full).propose(text("during")))]);
  await cluster.clock.until(() => cluster.leader !== undefined && cluster.leader !== full, "another leader");
  await cluster.propose(await cluster.elect(), "after");
  await expect(cluster.clock.during(cluster.node(full).read(0))).rejects.toMatchObject({ code: "STORAGE_FAILED" });
  cluster.mend(full);
  await cluster.restart(full);
  await cluster.propose(await cluster.elect(), "with room");
  await cluster.converge();
  expect(cluster.running).toContain(full);
  expect(cluster.lines(full).filter((line) => line !== "during")).toEqual(["before", "after", "with room"]);
  for (const id of cluster.running) expect(cluster.lines(id)).toEqual(cluster.lines(full));
  await cluster.close();
});

describe("P46 a disk that is full when a vote is to be written", () => {
  test("gives no vote, before it is started again with room or after", async () => {
    const cluster = await Cluster.start(3);
    const leader = await cluster.elect();
    await cluster.propose(leader, "before");
    await cluster.converge();
    const [full = "", good = ""] = cluster.others(leader);
    const heard = votesHeard(cluster, full);
    cluster.break(full, FULL);
    cluster.crash(leader);
    await cluster.clock.until(() => cluster.node(full).status().failed !== undefined, "it is asked, and stops");
    await cluster.clock.run(10_000);
    expect(heard).toEqual([]);
    expect(cluster.node(good).status().role).not.toBe("leader");
    cluster.mend(full);
    await cluster.restart(full);
    await cluster.propose(await cluster.elect(), "after");
    expect(heard.length).toBeLessThanOrEqual(1);
    await cluster.converge();
    for (const id of cluster.running) expect(cluster.lines(id)).toEqual(["before", "after"]);
    await cluster.close();
  });
});

describe("P46 no space for a snapshot", () => {
  const full = new RaftError("STORAGE_FAILED", FULL);

  test("of its own: the node leads, writes and answers on, keeps its log, and tries again", async () => {
    const ports = new Ports();
    ports.snapshots.failNextSaves = Infinity;
    const node = await ports.lead({ snapshotPolicy: everyThree, trailingEntries: 0 });
    for (let i = 0; i < 10; i += 1) {
      await ports.clock.during(node.propose(text(`line ${i}`)));
      expect(await ports.clock.during(node.read(i))).toEqual([`line ${i}`]);
    }
    expect(ports.snapshots.saves).toBeGreaterThan(0);
    expect(node.status()).toMatchObject({ role: "leader", snapshotIndex: 0, firstIndex: 1, failed: undefined });
    ports.snapshots.failNextSaves = 0;
    await ports.clock.run(60_000);
    await ports.clock.during(node.propose(text("with room")));
    await ports.clock.until(() => node.status().snapshotIndex > 0, "a snapshot");
    const { snapshotIndex, firstIndex } = node.status();
    expect(firstIndex).toBe(snapshotIndex + 1);
    await ports.clock.during(node.close());
  });

  test("of the leader's: the follower lives, delays nobody, and takes it when there is room", async () => {
    const cluster = await Cluster.start(3, { snapshotPolicy: everyThree, trailingEntries: 0, snapshotChunkBytes: 16 });
    const leader = await cluster.elect();
    const [lagging = ""] = cluster.others(leader);
    cluster.network.isolate(lagging);
    for (let i = 0; i < 10; i += 1) await cluster.propose(leader, `before ${i}`);
    const receive = vi.spyOn(cluster.life(lagging).snapshots, "receive").mockRejectedValue(full);
    cluster.network.heal();
    for (let i = 0; i < 20; i += 1) {
      await cluster.propose(await cluster.elect(), `during ${i}`);
      await cluster.clock.run(100);
    }
    expect(receive).toHaveBeenCalled();
    expect(cluster.leader).toBe(leader);
    expect(cluster.node(lagging).status()).toMatchObject({ failed: undefined, leader: { id: leader } });
    expect(cluster.lines(lagging)).toEqual([]);
    receive.mockRestore();
    await cluster.converge();
    expect(cluster.life(lagging).machine.restores).toBeGreaterThan(0);
    expect(cluster.lines(lagging)).toEqual(cluster.lines(leader));
    await cluster.close();
  });
});
