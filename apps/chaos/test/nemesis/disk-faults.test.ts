import { describe, expect, test } from "vitest";
import { fsync, slowdisk } from "../../src/nemesis/disk-faults.ts";
import { Ledger } from "../../src/nemesis/ledger.ts";
import { Stage } from "../../src/nemesis/stage.ts";
import { Node } from "../../src/nodes/node.ts";

const watcher = { gaveUp: () => undefined, ended: () => undefined };
const options = { within: ["true"] as const, flags: [], directory: "", compileCache: "" };

/** One that seems to be up, with no process. */
class NodeThatIsUp extends Node {
  override get isUp(): boolean {
    return true;
  }
}

describe("faults that trace a process", () => {
  test.each([
    ["slowdisk", (stage: Stage) => slowdisk({ type: "slowdisk", targets, delayMs: 20, forMs: 100 }, stage)],
    ["fsync", (stage: Stage) => fsync({ type: "fsync", targets, call: "write", nth: 1, forMs: 100 }, stage)],
  ] as const)("%s goes to a node that nothing traces", async (kind, done) => {
    const asked: string[] = [];
    const nodes = ["n1", "n2"].map((id) => {
      const node = new NodeThatIsUp(id, "", options, watcher);
      Object.defineProperty(node, "pid", { get: () => void asked.push(id) });
      return node;
    });
    const untrace = nodes[0]?.trace();
    const world = { nodes, network: {} as never, links: [], disks: new Map(), leader: () => "n1", giveUpMsMax: 100 };
    const stage = new Stage(world, kind, new Ledger(() => undefined, [kind]), new AbortController().signal);
    await done(stage);
    expect(new Set(asked)).toEqual(new Set(["n2"]));
    untrace?.();
    await done(stage);
    expect(asked).toContain("n1");
  });
});

const targets = [{ node: "n1", preferred: "leader" }] as const;
