import { AssertionError, type Input, RaftError } from "@quorate/raft-core";
import { describe, expect, test } from "vitest";
import { Proposals, refusal } from "../src/proposals.ts";
import { text } from "./support/text-machine.ts";

const leader = { id: "n2", address: "host-2" };

function gather(proposals: Proposals<string>): Extract<Input, { type: "propose" }> | undefined {
  const inputs: Input[] = [];
  proposals.gather(inputs);
  return inputs.find((input) => input.type === "propose");
}

/** A proposal for each line, offered in one turn. */
function offer(proposals: Proposals<string>, lines: readonly string[]): { id: number; outcomes: Promise<string>[] } {
  const outcomes = lines.map((line) => proposals.queue(text(line), undefined));
  for (const outcome of outcomes) outcome.catch(() => undefined);
  return { id: gather(proposals)?.id ?? 0, outcomes };
}

describe("proposals", () => {
  test("those of one turn are one input, and each gets its own result", async () => {
    const proposals = new Proposals<string>();
    const outcomes = ["a", "b", "c"].map((line) => proposals.queue(text(line), undefined));
    const input = gather(proposals);
    expect(input?.commands).toEqual([text("a"), text("b"), text("c")]);
    expect(gather(proposals)).toBeUndefined();
    proposals.accepted({ type: "accepted", id: input?.id ?? 0, term: 3, firstIndex: 10, count: 3 });
    for (const index of [10, 11, 12]) proposals.applied(index, 3, `result ${index}`);
    expect(await Promise.all(outcomes)).toEqual(["result 10", "result 11", "result 12"]);
  });

  test("part accepted, part refused", async () => {
    const proposals = new Proposals<string>();
    const { id, outcomes } = offer(proposals, ["a", "b", "c"]);
    proposals.accepted({ type: "accepted", id, term: 1, firstIndex: 5, count: 1 });
    proposals.refused(id, 1, refusal("OVERLOADED", leader));
    proposals.applied(5, 1, "done");
    expect(await outcomes[0]).toBe("done");
    for (const outcome of outcomes.slice(1))
      await expect(outcome).rejects.toMatchObject({ code: "OVERLOADED", leader });
    expect(() => proposals.refused(id, 0, refusal("OVERLOADED", leader))).toThrow(AssertionError);
  });

  test("P9: another entry at its index is never its result", async () => {
    const proposals = new Proposals<string>();
    const { id, outcomes } = offer(proposals, ["a"]);
    proposals.accepted({ type: "accepted", id, term: 2, firstIndex: 50, count: 1 });
    proposals.applied(50, 3, "somebody else's");
    await expect(outcomes[0]).rejects.toMatchObject({ code: "OUTCOME_UNKNOWN" });
  });

  test.each([
    ["follower of the next term", "follower", 5],
    ["follower of the same term", "follower", 4],
    ["pre-candidate of the same term", "pre-candidate", 4],
    ["candidate of the next term", "candidate", 5],
    ["leader of a later term", "leader", 6],
  ] as const)("P9: unknown once the node is %s", async (_, role, term) => {
    const proposals = new Proposals<string>();
    proposals.roleChanged("leader", 4, { id: "n1", address: "" });
    const { id, outcomes } = offer(proposals, ["a", "b"]);
    proposals.accepted({ type: "accepted", id, term: 4, firstIndex: 7, count: 2 });
    proposals.roleChanged(role, term, leader);
    for (const outcome of outcomes) await expect(outcome).rejects.toMatchObject({ code: "OUTCOME_UNKNOWN", leader });
  });

  test("still waiting while the node leads the same term", async () => {
    const proposals = new Proposals<string>();
    const { id, outcomes } = offer(proposals, ["a"]);
    proposals.roleChanged("candidate", 4, undefined);
    proposals.accepted({ type: "accepted", id, term: 4, firstIndex: 7, count: 1 });
    proposals.roleChanged("leader", 4, { id: "n1", address: "" });
    proposals.applied(7, 4, "done");
    expect(await outcomes[0]).toBe("done");
  });

  test("an acceptance that is told after its leadership was lost ends as unknown, too", async () => {
    const proposals = new Proposals<string>();
    const { id, outcomes } = offer(proposals, ["a"]);
    proposals.roleChanged("follower", 5, leader);
    proposals.accepted({ type: "accepted", id, term: 4, firstIndex: 7, count: 1 });
    await expect(outcomes[0]).rejects.toMatchObject({ code: "OUTCOME_UNKNOWN" });
  });

  test("P9: a snapshot that replaces the log settles what waited in it", async () => {
    const proposals = new Proposals<string>();
    const { id, outcomes } = offer(proposals, ["a"]);
    proposals.accepted({ type: "accepted", id, term: 4, firstIndex: 7, count: 1 });
    proposals.overtaken();
    await expect(outcomes[0]).rejects.toMatchObject({ code: "OUTCOME_UNKNOWN" });
  });

  test("at the node's end: CLOSED where it was never stepped, else OUTCOME_UNKNOWN caused by it", async () => {
    const proposals = new Proposals<string>();
    const accepted = offer(proposals, ["a"]);
    proposals.accepted({ type: "accepted", id: accepted.id, term: 4, firstIndex: 7, count: 1 });
    const offered = offer(proposals, ["b"]);
    const queued = proposals.queue(text("c"), undefined);
    const closed = new RaftError("CLOSED", "closed");
    proposals.stop(closed);
    for (const outcome of [...accepted.outcomes, ...offered.outcomes]) {
      await expect(outcome).rejects.toMatchObject({ code: "OUTCOME_UNKNOWN", cause: closed });
    }
    await expect(queued).rejects.toBe(closed);
  });

  test("a proposal whose caller gave up before the turn's end is never offered", async () => {
    const proposals = new Proposals<string>();
    const abort = new AbortController();
    const reason = new Error("gave up");
    const gone = proposals.queue(text("gone"), abort.signal);
    const stays = proposals.queue(text("stays"), undefined);
    abort.abort(reason);
    await expect(gone).rejects.toBe(reason);
    const input = gather(proposals);
    expect(input?.commands).toEqual([text("stays")]);
    proposals.accepted({ type: "accepted", id: input?.id ?? 0, term: 1, firstIndex: 2, count: 1 });
    proposals.applied(2, 1, "done");
    expect(await stays).toBe("done");
  });
});

describe("the count of those that wait", () => {
  test("falls to nothing however they end", () => {
    const proposals = new Proposals<string>();
    const { id, outcomes } = offer(proposals, ["a", "b", "c", "d"]);
    expect(proposals.count).toBe(4);
    proposals.accepted({ type: "accepted", id, term: 1, firstIndex: 5, count: 3 });
    proposals.refused(id, 3, refusal("OVERLOADED", leader));
    expect(proposals.count).toBe(3);
    proposals.applied(5, 1, "done");
    expect(proposals.count).toBe(2);
    proposals.roleChanged("follower", 2, leader);
    expect(proposals.count).toBe(0);
    outcomes.push(...offer(proposals, ["e"]).outcomes);
    expect(proposals.count).toBe(1);
    proposals.stop(new RaftError("CLOSED", "closed"));
    expect(proposals.count).toBe(0);
    expect(outcomes).toHaveLength(5);
  });
});

describe("refusals", () => {
  test("name the leader where there is one", () => {
    expect(refusal("NOT_LEADER", leader).message).toContain("n2 at host-2");
    expect(refusal("NOT_LEADER", leader).leader).toEqual(leader);
    expect(refusal("NO_LEADER", undefined)).toMatchObject({ code: "NO_LEADER", leader: undefined });
  });
});
