import { describe, expect, test } from "vitest";
import { Lab } from "../../src/index.ts";
import {
  FIGURE_8_INDEX,
  type Script,
  brokenScripts,
  earlyAcknowledgement,
  entryAt,
  figure7,
  figure8,
  figure8e,
  forgottenVote,
  nodeIn,
  noPreVote,
  playScript,
  playStep,
  termsOf,
} from "../../src/scripts/index.ts";

const seeds = ["1", "2", "3", "4", "5", "6"];

async function open(script: Script, seed: string): Promise<Lab> {
  return Lab.open({ seed, nodes: script.nodes, options: script.options });
}

describe("figure 7", () => {
  test.each(seeds)("seed %s: whatever the followers hold, their logs become the leader's", async (seed) => {
    const lab = await open(figure7, seed);
    const before = lab.nodes.map((id) => termsOf(lab, id).slice(1).join(""));
    expect(before).toEqual([
      "1114455666",
      "111445566",
      "1114",
      "11144556666",
      "111445566677",
      "1114444",
      "11122233333",
    ]);
    await playScript(lab, figure7);
    expect(nodeIn(lab, "n1")).toMatchObject({ role: "leader", term: 8 });
    for (const id of lab.nodes) expect(termsOf(lab, id).slice(1).join("")).toBe("11144556668");
    expect(lab.violation).toBeUndefined();
  });
});

describe("figure 8", () => {
  test.each(seeds)("seed %s: an old entry on a majority is not committed, and may be overwritten", async (seed) => {
    const lab = await open(figure8, seed);
    for (const step of figure8.steps) {
      await playStep(lab, step);
      if (step.name !== "c-majority") continue;
      const holders = lab.nodes.filter((id) => entryAt(lab, id, FIGURE_8_INDEX)?.term === 2);
      expect(holders).toEqual(["n1", "n2", "n3"]);
      expect(lab.view().nodes.every(({ commitIndex }) => commitIndex < FIGURE_8_INDEX)).toBe(true);
    }
    for (const id of ["n2", "n3", "n4", "n5"]) expect(entryAt(lab, id, FIGURE_8_INDEX)?.term).toBe(3);
    expect(lab.violation).toBeUndefined();
  });

  test.each(seeds)("seed %s: with an entry of its own term on a majority both are committed for good", async (seed) => {
    const lab = await open(figure8e, seed);
    await playScript(lab, figure8e);
    expect(entryAt(lab, "n5", FIGURE_8_INDEX)?.term).toBe(2);
    expect(lab.leader).not.toBe("n5");
    expect(lab.violation).toBeUndefined();
  });
});

describe("what is broken on purpose", () => {
  test.each(brokenScripts.flatMap((script) => seeds.map((seed) => [script.name, seed, script] as const)))(
    "%s, seed %s: the invariant that it breaks is named, and the run stops there",
    async (_name, seed, script) => {
      const lab = await open(script, seed);
      await playScript(lab, script);
      const { violation } = lab;
      expect(violation).toMatchObject({ invariant: script.breaks, step: lab.step });
      expect(lab.marks().at(-1)).toMatchObject({ kind: "violation", text: violation?.sentence });
      expect(await lab.next()).toBe(false);
      expect(await lab.act({ type: "heal-all" })).toMatchObject({ key: "stopped" });
      const { nowMs } = lab;
      await lab.runUntil(nowMs + 1000);
      expect(lab.nowMs).toBe(nowMs);
    },
  );

  test.each(
    [forgottenVote, earlyAcknowledgement, noPreVote].flatMap((script) =>
      seeds.map((seed) => [script.name, seed, script] as const),
    ),
  )("%s, seed %s: with nothing broken, the same breaks nothing", async (_name, seed, script) => {
    const lab = await open({ ...script, options: { ...script.options, storage: "sound", preVote: true } }, seed);
    await playScript(lab, script);
    await lab.runUntil(lab.nowMs + 2000);
    expect(lab.violation).toBeUndefined();
  });
});
