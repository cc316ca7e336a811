import { expect, test } from "vitest";
import { Lab, type WhyFact, whyCallWaits } from "../../src/index.ts";
import { act, ledByN1, metBefore, node, until } from "../support/labs.ts";

function factsOf(lab: Lab): readonly WhyFact[] {
  const call = lab.calls.at(-1);
  return call === undefined ? [] : whyCallWaits(lab.view(), call);
}

const keysOf = (lab: Lab): readonly string[] => factsOf(lab).map(({ key }) => key);

test("a write waits for its entry, and whoever has an answer does not wait", async () => {
  const lab = await ledByN1();
  await act(lab, { type: "kill", node: "n2" });
  await act(lab, { type: "put", via: "n1", key: "x", value: "1" });
  await until(lab, () => node(lab, "n1").log.lastIndex > node(lab, "n1").commitIndex);
  expect(keysOf(lab)).toEqual(["entry.acknowledgements", "awaited.own-disk", "awaited.down", "awaited.under-way"]);
  await until(lab, () => lab.calls.at(-1)?.state === "done");
  expect(keysOf(lab)).toEqual([]);
});

test("a linearizable read waits for a round, and for ever where no majority answers", async () => {
  const lab = await ledByN1();
  await act(lab, { type: "get", via: "n1", key: "x", consistency: "linearizable" });
  expect(factsOf(lab)).toMatchObject([
    { key: "read.round", node: "n1", section: "diss. §6.4", values: { leader: "n1", needed: 2 } },
  ]);
  await act(lab, { type: "partition", groups: [["n1"]] });
  expect(factsOf(lab)).toMatchObject([{ key: "read.unheard", values: { silent: ["n2", "n3"], needed: 2 } }]);
  await act(lab, { type: "pause", node: "n1" });
  expect(keysOf(lab)).toEqual(["call.node-paused", "read.unheard"]);
  await act(lab, { type: "kill", node: "n2" });
  await act(lab, { type: "kill", node: "n3" });
  await act(lab, { type: "resume", node: "n1" });
  await until(lab, () => lab.leader === undefined);
});

test("a read of a new leader waits for its first commit, and one by lease for a lease", async () => {
  const lab = await Lab.open({ options: { ...metBefore, leaseDriftMax: 0.1 } });
  await until(lab, () => lab.leader !== undefined, 10_000);
  const leader = lab.leader ?? "";
  await act(lab, { type: "get", via: leader, key: "x", consistency: "lease" });
  expect(factsOf(lab)).toMatchObject([
    { key: "read.no-lease", section: "diss. §6.4.1" },
    { key: "read.first-commit", section: "diss. §6.4", values: { leader } },
  ]);
  await until(lab, () => lab.calls.at(-1)?.state === "done");
});

test("nobody leads; a transfer; a node that comes has to catch up", async () => {
  const lab = await ledByN1();
  await act(lab, { type: "transfer", to: "n2" });
  await lab.next();
  expect(factsOf(lab)).toMatchObject([{ key: "leader.transferring", values: { to: "n2" } }]);
  await until(lab, () => lab.leader === "n2" && lab.calls.at(-1)?.state === "done");
  await until(lab, () => node(lab, "n2").commitIndex === node(lab, "n2").log.lastIndex);
  await act(lab, { type: "start-spare" });
  await until(lab, () => node(lab, "n4").condition === "up");
  await act(lab, { type: "change-members", add: [{ id: "n4" }] });
  await until(lab, () => node(lab, "n2").membership.learners.includes("n4"));
  expect(factsOf(lab)[0]).toMatchObject({ key: "change.catches-up", values: { learners: ["n4"] } });
  await until(lab, () => lab.calls.at(-1)?.state === "done");
  await act(lab, { type: "kill", node: "n2" });
  await act(lab, { type: "get", via: "n3", key: "x", consistency: "linearizable" });
  expect([lab.calls.at(-1)?.state, ...keysOf(lab)]).toEqual(["waiting", "call.no-leader"]);
});
