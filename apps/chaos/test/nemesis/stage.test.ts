import { describe, expect, test } from "vitest";
import { Ledger } from "../../src/nemesis/ledger.ts";
import { unleash } from "../../src/nemesis/nemesis.ts";
import { Stage } from "../../src/nemesis/stage.ts";
import type { World } from "../../src/nemesis/stage.ts";
import { Node } from "../../src/nodes/node.ts";
import type { Target } from "../../src/plan/fault.ts";

const watcher = { gaveUp: () => undefined, ended: () => undefined };
const options = { within: ["true"] as const, flags: [], directory: "", compileCache: "" };

/** Nodes of which none is up. */
function worldOf(ids: readonly string[], leader?: string): World {
  const nodes = ids.map((id) => new Node(id, "", options, watcher));
  // Nothing here touches the network.
  return {
    nodes,
    network: {} as World["network"],
    links: [],
    disks: new Map(),
    leader: () => leader,
    giveUpMsMax: 100,
  };
}

function stageIn(world: World, healing: AbortSignal = new AbortController().signal): Stage {
  return new Stage(world, "kill", new Ledger(() => undefined, ["kill"]), healing);
}

const leading = (node: string): Target => ({ node, preferred: "leader" });

describe("whom a fault hits", () => {
  const ids = ["n1", "n2", "n3", "n4"];

  test.each<{
    readonly what: string;
    readonly leader?: string;
    readonly targets: readonly Target[];
    readonly eligible: readonly string[];
    readonly hit: readonly string[];
  }>([
    { what: "the node that is named", leader: "n3", targets: [{ node: "n2" }], eligible: ids, hit: ["n2"] },
    { what: "the leader where it is preferred", leader: "n3", targets: [leading("n2")], eligible: ids, hit: ["n3"] },
    { what: "the node named where nobody leads", targets: [leading("n2")], eligible: ids, hit: ["n2"] },
    {
      what: "the node named where the leader will not do",
      leader: "n3",
      targets: [leading("n2")],
      eligible: ["n1", "n2"],
      hit: ["n2"],
    },
    { what: "the next one that will do", leader: "n3", targets: [{ node: "n3" }], eligible: ["n1", "n2"], hit: ["n1"] },
    { what: "none twice", leader: "n3", targets: [leading("n1"), { node: "n3" }], eligible: ids, hit: ["n3", "n4"] },
    { what: "nobody where nobody will do", leader: "n3", targets: [leading("n1")], eligible: [], hit: [] },
    {
      what: "fewer than were named where there are no more",
      leader: "n1",
      targets: [leading("n1"), { node: "n2" }],
      eligible: ["n2"],
      hit: ["n2"],
    },
  ])("$what", ({ leader, targets, eligible, hit }) => {
    const nodes = stageIn(worldOf(ids, leader)).resolve(targets, ({ id }) => eligible.includes(id));
    expect(nodes.map(({ id }) => id)).toEqual(hit);
  });

  test("it waits for one that will do", async () => {
    let isThere = false;
    const chosen = stageIn(worldOf(ids)).choose([{ node: "n2" }], () => isThere);
    isThere = true;
    expect((await chosen).map(({ id }) => id)).toEqual(["n2"]);
  });

  test("but not when everything is to heal", async () => {
    const healing = new AbortController();
    const chosen = stageIn(worldOf(ids), healing.signal).choose([{ node: "n2" }], () => false);
    healing.abort();
    expect(await chosen).toEqual([]);
  });
});

describe("a schedule", () => {
  test("counts what was planned apart from what was really there", async () => {
    const lines: string[] = [];
    const ledger = new Ledger((line) => lines.push(line), ["kill", "slow", "slow"]);
    const world = worldOf(["n1"]);
    ledger.installed("slow");
    const healing = new AbortController();
    const over = unleash(
      [{ type: "kill", atMs: 0, forMs: 10, targets: [{ node: "n1" }] }],
      world,
      ledger,
      healing.signal,
    );
    healing.abort();
    await over;
    expect(ledger.counts).toEqual({ kill: { planned: 1, installed: 0 }, slow: { planned: 2, installed: 1 } });
    expect(lines.join()).not.toContain("kill -9");
  });

  test("says so where a fault could not be undone", async () => {
    const world: World = {
      ...worldOf(["n1", "n2"]),
      network: { cut: () => Promise.reject(new Error("no nft")) } as never,
    };
    const ledger = new Ledger(() => undefined, ["partition"]);
    const faults = [{ type: "partition", atMs: 0, forMs: 10, targets: [{ node: "n1" }] }] as const;
    await expect(unleash(faults, world, ledger, new AbortController().signal)).rejects.toThrow("no nft");
  });
});
