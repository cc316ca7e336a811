import { describe, expect, test } from "vitest";
import { GroupCommit } from "../src/group-commit.ts";

describe("P44 once a write has failed", () => {
  test("none that waited behind it, or is asked for later, is tried", async () => {
    const committed: string[] = [];
    const disk = Promise.withResolvers<void>();
    const log = new GroupCommit<string>(
      {
        sizeOf: (job) => job.length,
        commit: (jobs) => {
          committed.push(...jobs);
          return disk.promise;
        },
        afterCommit: () => Promise.resolve(),
      },
      "data/log",
    );
    const under = log.submit("under way");
    await Promise.resolve();
    const behind = log.submit("behind it");
    const outcomes = Promise.allSettled([under, behind]);
    disk.reject(Object.assign(new Error("ENOSPC: write"), { code: "ENOSPC" }));
    for (const outcome of await outcomes) {
      expect(outcome).toMatchObject({ status: "rejected", reason: { code: "STORAGE_FAILED" } });
    }
    expect(committed).toEqual(["under way"]);
    expect(() => log.check()).toThrow(
      "writing the log in data/log failed (ENOSPC: write): there is no room left for it. Make room, then start the node again",
    );
    await log.close();
  });
});
