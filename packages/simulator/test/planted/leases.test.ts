import { expect, test, vi } from "vitest";
import { type Violation, drawPlan, simulate } from "../../src/index.ts";

const TIMES = 6;

interface Timed {
  readonly options: { readonly electionTimeoutMinMs: number };
}

interface Leased {
  readonly leaseUntilMs: number;
}

interface LeaseModule {
  readonly holdsLease: (state: Timed, leading: Leased) => boolean;
}

/** No port tells how long a leader trusts its lease: this is planted where it is reckoned. */
vi.mock("../../../raft-core/src/lease.ts", async (original) => {
  const lease = await original<LeaseModule>();
  return {
    ...lease,
    holdsLease(state: Timed, leading: Leased): boolean {
      const moreMs = (TIMES - 1) * state.options.electionTimeoutMinMs;
      return lease.holdsLease(state, { ...leading, leaseUntilMs: leading.leaseUntilMs + moreMs });
    },
  };
});

test(
  "P33 a lease that is six times too long is found: a leader that was cut off answers as of before",
  { timeout: 300_000 },
  async () => {
    let violation: Violation | undefined;
    for (let seed = 1n; violation === undefined && seed <= 60n; seed += 1n) {
      violation = (await simulate(drawPlan(seed, "swarm"))).violation;
    }
    expect(violation?.invariant).toBe("I14");
    expect(violation?.reason).toMatch(/^a read answers as of revision \d+, after \d+ was acknowledged$/);
  },
);
