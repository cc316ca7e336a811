import { RaftError } from "@quorate/raft-core";
import { describe, expect, test } from "vitest";
import { LeaderWaits } from "../src/leader-waits.ts";

const leader = { id: "n1", address: "here" };

describe("LeaderWaits", () => {
  test("all who wait are told of the next leader, not of its absence", async () => {
    const waits = new LeaderWaits();
    const waiting = [waits.wait(undefined), waits.wait(undefined)];
    waits.changed(undefined);
    waits.changed(leader);
    expect(await Promise.all(waiting)).toEqual([leader, leader]);
  });

  test("one who gives up is told so, the others wait on", async () => {
    const waits = new LeaderWaits();
    const patience = new AbortController();
    const impatient = waits.wait(patience.signal);
    const patient = waits.wait(undefined);
    patience.abort(new Error("too long"));
    await expect(impatient).rejects.toThrow("too long");
    waits.changed(leader);
    expect(await patient).toEqual(leader);
  });

  test("the node's end ends the waiting", async () => {
    const waits = new LeaderWaits();
    const waiting = waits.wait(undefined);
    waits.stop(new RaftError("CLOSED", "closed"));
    await expect(waiting).rejects.toMatchObject({ code: "CLOSED" });
  });
});
