import { RaftError } from "@quorate/raft-core";
import { expect, test } from "vitest";
import { Deadline } from "../../src/cluster/deadline.ts";
import { Patience } from "../../src/cluster/patience.ts";

test("what is refused until its deadline has passed was refused: it is not begun any more", async () => {
  const patience = new Patience({ on: () => () => undefined });
  const deadline = new Deadline(30, 10_000);
  let isLate = false;
  const attempt = (): Promise<never> => {
    isLate ||= deadline.signal.aborted;
    return Promise.reject(new RaftError("NO_LEADER", "none"));
  };
  await expect(patience.whileRefused(deadline, attempt)).rejects.toMatchObject({ code: "NO_LEADER" });
  expect([isLate, deadline.signal.aborted]).toEqual([false, true]);
});
