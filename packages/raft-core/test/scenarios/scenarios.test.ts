import { describe, expect, test } from "vitest";
import type { Random } from "../../src/index.ts";
import { Cluster } from "../harness/cluster.ts";
import { changeMembers, transferTo } from "../harness/leading.ts";
import type { LoneNodeOptions } from "../harness/lone-node.ts";
import { bytesOf, configuration, snapshotAt } from "../harness/stored.ts";

/** Three nodes whose timeouts are drawn so that n1 is first to stand for election, then n2. */
function trio(options: readonly LoneNodeOptions[] = [{}, {}, {}]): Cluster {
  return new Cluster(options);
}

/** As `trio`, with n1 elected and its no-op committed; the transcript begins after that. */
function led(options?: readonly LoneNodeOptions[]): Cluster {
  const cluster = trio(options);
  cluster.pass(200);
  expect(cluster.leader).toBe("n1");
  cluster.transcript();
  return cluster;
}

/** These draws one by one, then the last one for ever. */
function draws(...values: readonly number[]): Random {
  let at = 0;
  return {
    next: () => {
      at += 1;
      return values[Math.min(at, values.length) - 1] ?? 0;
    },
  };
}

const propose = (text: string, id = 1) => ({ type: "propose", id, commands: [bytesOf(text)] }) as const;

async function expectScenario(name: string, cluster: Cluster): Promise<void> {
  await expect(cluster.transcript()).toMatchFileSnapshot(`./${name}.txt`);
}

describe("scenarios: who does what, in which order", () => {
  test("first election", async () => {
    const cluster = trio();
    cluster.say("n1 is the first to miss a leader. A pre-vote, a vote, a no-op.");
    cluster.pass(160);
    cluster.say("The next heartbeat tells the followers what is committed.");
    cluster.pass(50);
    await expectScenario("first-election", cluster);
  });

  test("replication and commit", async () => {
    const cluster = led();
    cluster.say("The leader sends before it saves; a follower answers after it has saved.");
    cluster.give("n1", propose("a"));
    cluster.deliver();
    cluster.say("A second command does not wait for the answer to the first.");
    cluster.give("n1", propose("b", 2));
    cluster.give("n1", propose("c", 3));
    cluster.deliver();
    await expectScenario("replication", cluster);
  });

  test("conflict resolution", async () => {
    const logs = [
      [1, 1, 1, 4, 4, 5],
      [1, 1, 1, 2, 2, 3, 3, 3],
      [1, 1, 1, 4],
    ];
    const cluster = trio(logs.map((log) => ({ log, hardState: { term: 5, votedFor: undefined }, preVote: false })));
    cluster.say("n1 leads term 6. n2's log has parted after entry 3, over two terms; n3's is short.");
    cluster.pass(160);
    await expectScenario("conflict", cluster);
  });

  test("snapshot", async () => {
    const cluster = led([{ trailingEntries: 0 }, {}, {}]);
    cluster.isolate("n3");
    cluster.say("Without n3 the log goes on, and is compacted behind a snapshot of two chunks.");
    cluster.give("n1", propose("a"));
    cluster.deliver();
    cluster.give("n1", { type: "snapshot-taken", snapshot: snapshotAt(2, 1, { sizeBytes: 15 }) });
    cluster.heal();
    cluster.say("n3 is back.");
    cluster.pass(100);
    await expectScenario("snapshot", cluster);
  });

  test("read index", async () => {
    const cluster = led();
    cluster.say("A read on the leader waits for a round of heartbeats.");
    cluster.give("n1", { type: "read", id: 1 });
    cluster.deliver();
    cluster.say("A read on a follower asks the leader for the index.");
    cluster.give("n2", { type: "read", id: 2 });
    cluster.deliver();
    cluster.say("A read on a node that knows no leader fails.");
    cluster.crash("n3");
    cluster.restart("n3");
    cluster.give("n3", { type: "read", id: 3 });
    await expectScenario("read-index", cluster);
  });

  test("leader restart", async () => {
    const cluster = led();
    cluster.say("n1 dies with a command that nobody else has.");
    cluster.isolate("n1");
    cluster.give("n1", propose("lost"));
    cluster.deliver();
    cluster.crash("n1");
    cluster.heal();
    cluster.say("n2 takes over.");
    cluster.pass(240);
    expect(cluster.leader).toBe("n2");
    cluster.give("n2", propose("kept", 2));
    cluster.deliver();
    cluster.say("n1 is back, and gives up what it alone had.");
    cluster.restart("n1");
    cluster.pass(50);
    await expectScenario("leader-restart", cluster);
  });

  test("split vote", async () => {
    const cluster = trio([
      { random: draws(0.5, 0.5, 0.2), preVote: false },
      { random: draws(0.5, 0.5, 0.9), preVote: false },
      { random: draws(0.9) },
    ]);
    cluster.cut("n1", "n3");
    cluster.cut("n2", "n3");
    cluster.say("n1 and n2 time out at once, and each votes for itself; n3 is cut off.");
    cluster.pass(225);
    cluster.heal();
    cluster.say(
      "Healed: n3 asks whether it could win, and learns the term. Then n1, which drew the shorter timeout, wins.",
    );
    cluster.pass(225);
    expect(cluster.leader).toBe("n1");
    await expectScenario("split-vote", cluster);
  });

  test("lost quorum", async () => {
    const cluster = led();
    cluster.say("The others die. n1 leads on for an election timeout, then steps down.");
    cluster.crash("n2");
    cluster.crash("n3");
    cluster.give("n1", propose("unknown"), { type: "read", id: 2 });
    cluster.pass(350);
    expect(cluster.leader).toBeUndefined();
    cluster.give("n1", propose("refused", 3));
    cluster.say("It asks whether it could be elected, and stays in its term.");
    cluster.pass(200);
    await expectScenario("lost-quorum", cluster);
  });

  test("adding a voter", async () => {
    const cluster = led([{}, {}, {}, { membership: configuration([]) }]);
    cluster.say("n4 is a learner first. It catches up, both majorities decide on the change, then the new one alone.");
    cluster.give("n1", changeMembers({ add: [{ id: "n4", address: "n4.example" }] }));
    cluster.deliver();
    await expectScenario("add-voter", cluster);
  });

  test("replacing a dead node", async () => {
    const cluster = led([{}, {}, {}, { membership: configuration([]) }]);
    cluster.crash("n3");
    cluster.say("n3 is dead. n4 takes its place, in one change.");
    cluster.give("n1", changeMembers({ add: [{ id: "n4", address: "n4.example" }], remove: ["n3"] }));
    cluster.deliver();
    cluster.say("n3 is back while it is still told: it hears that it is out, and stays quiet.");
    cluster.restart("n3");
    cluster.pass(200);
    await expectScenario("replace-dead-node", cluster);
  });

  test("removing the leader", async () => {
    const cluster = led();
    cluster.say("n1 leads until the configuration without it is committed by the others, then asks n2 to take over.");
    cluster.give("n1", changeMembers({ remove: ["n1"] }));
    cluster.deliver();
    await expectScenario("remove-leader", cluster);
  });

  test("a transfer of the lead", async () => {
    const cluster = led();
    cluster.cut("n1", "n3");
    cluster.give("n1", propose("a"));
    cluster.deliver();
    cluster.heal();
    cluster.transcript();
    cluster.say("n3 lacks an entry. It catches up before anybody has to wait.");
    cluster.give("n1", transferTo("n3"));
    cluster.give("n1", propose("b", 2));
    cluster.pass(60);
    await expectScenario("transfer", cluster);
  });
});
