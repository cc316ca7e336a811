import { describe, expect, test } from "vitest";
import { type Effect, type Input, Raft, type StoredState, seededRandom } from "../src/index.ts";
import { membershipAt, configuration } from "./harness/stored.ts";

interface Slowness {
  readonly nodes: number;
  readonly syncMs: number;
  readonly latencyMs: number;
}

/** Nodes whose disks and links take their time, on one virtual clock. Nothing is lost. */
class SlowCluster {
  readonly nodes: readonly Raft[];
  readonly #slowness: Slowness;
  readonly #due: { readonly atMs: number; readonly run: () => void }[] = [];
  /** When each node's disk has done what it was given. */
  readonly #diskFreeMs = new Map<Raft, number>();
  #nowMs = 0;

  constructor(slowness: Slowness) {
    this.#slowness = slowness;
    const ids = Array.from({ length: slowness.nodes }, (_, at) => `n${at + 1}`);
    const genesis = membershipAt(1, 0, configuration(ids));
    const state: StoredState = {
      hardState: { term: 0, votedFor: undefined },
      base: { index: 0, term: 0 },
      lastIndex: 1,
      termRuns: [{ index: 1, term: 0 }],
      memberships: [genesis],
    };
    const start = { state, snapshot: undefined, nowMs: 0 };
    this.nodes = ids.map((id) => new Raft({ id, random: seededRandom(`slow/${id}`) }, start));
  }

  /** Runs until a leader has committed in its term, or `limitMs` have passed; resolves with the time. */
  electsAfterMs(limitMs: number): number {
    while (this.#nowMs < limitMs && !this.nodes.some((node) => node.role === "leader" && node.commitIndex > 1)) {
      const next = Math.min(...this.#due.map(({ atMs }) => atMs), ...this.nodes.map((node) => node.deadlineMs));
      this.#nowMs = Math.max(this.#nowMs, next);
      const ready = this.#due.filter(({ atMs }) => atMs <= this.#nowMs);
      this.#due.splice(0, Infinity, ...this.#due.filter(({ atMs }) => atMs > this.#nowMs));
      for (const { run } of ready) run();
      for (const node of this.nodes) if (this.#nowMs >= node.deadlineMs) this.#step(node, { type: "tick" });
    }
    return this.#nowMs;
  }

  #step(node: Raft, input: Input): void {
    this.#perform(node, node.step([input], this.#nowMs));
  }

  #perform(node: Raft, effects: readonly Effect[]): void {
    for (const [at, effect] of effects.entries()) {
      if (effect.type === "save") {
        const doneMs = Math.max(this.#nowMs, this.#diskFreeMs.get(node) ?? 0) + this.#slowness.syncMs;
        this.#diskFreeMs.set(node, doneMs);
        this.#later(doneMs, () => {
          this.#step(node, { type: "saved", seq: effect.seq });
          this.#perform(node, effects.slice(at + 1));
        });
        return;
      }
      if (effect.type === "send") {
        const { to, message } = effect;
        const peer = this.nodes.find(({ id }) => id === to);
        const deliver = (): void => peer && this.#step(peer, { type: "message", from: node.id, message });
        this.#later(this.#nowMs + this.#slowness.latencyMs, deliver);
      }
    }
  }

  #later(atMs: number, run: () => void): void {
    this.#due.push({ atMs, run });
  }
}

describe("P18 election timeouts below what a vote takes", () => {
  test.each([
    { nodes: 3, syncMs: 150, latencyMs: 1 },
    { nodes: 3, syncMs: 310, latencyMs: 1 },
    { nodes: 5, syncMs: 250, latencyMs: 5 },
    { nodes: 1, syncMs: 1000, latencyMs: 1 },
    { nodes: 3, syncMs: 500, latencyMs: 1 },
    { nodes: 3, syncMs: 1, latencyMs: 160 },
  ])("converge all the same: %o", (slowness) => {
    const cluster = new SlowCluster(slowness);
    expect(cluster.electsAfterMs(60_000)).toBeLessThan(30_000);
    expect(Math.max(...cluster.nodes.map(({ term }) => term))).toBeLessThanOrEqual(12);
  });
});
