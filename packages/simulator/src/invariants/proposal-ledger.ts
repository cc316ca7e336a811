import { type Knowledge, violate } from "./observer.ts";

/** What a client was told of a command that it proposed once. */
export type Outcome = "pending" | "done" | "refused" | "unknown";

interface Proposal {
  outcome: Outcome;
  appliedAt: number;
}

function keyOf(command: Uint8Array): string {
  return Buffer.from(command.buffer, command.byteOffset, command.length).toString("latin1");
}

/** I13: a command, each of them unique, takes effect at most once, and not at all where its client was told so. */
export class ProposalLedger {
  readonly #knowledge: Knowledge;
  readonly #proposals = new Map<string, Proposal>();

  constructor(knowledge: Knowledge) {
    this.#knowledge = knowledge;
  }

  proposed(command: Uint8Array): void {
    this.#proposals.set(keyOf(command), { outcome: "pending", appliedAt: 0 });
  }

  settled(command: Uint8Array, outcome: Outcome): void {
    const proposal = this.#proposals.get(keyOf(command));
    if (proposal === undefined) return;
    proposal.outcome = outcome;
    if (outcome === "refused" && proposal.appliedAt > 0) this.#refusedButDone(proposal.appliedAt);
    if (outcome === "done" && proposal.appliedAt === 0) {
      violate(
        this.#knowledge,
        "I13",
        undefined,
        "a client was told that its command is done, but nobody has applied it",
      );
    }
  }

  /** Some node was the first to apply it at `index`. */
  applied(command: Uint8Array, index: number): void {
    const proposal = this.#proposals.get(keyOf(command));
    if (proposal === undefined) {
      violate(this.#knowledge, "I13", undefined, `the command at ${index} was proposed by nobody`);
      return;
    }
    if (proposal.appliedAt > 0) {
      const reason = `a command that was proposed once is applied at ${proposal.appliedAt} and at ${index}`;
      violate(this.#knowledge, "I13", undefined, reason);
    }
    proposal.appliedAt = index;
    if (proposal.outcome === "refused") this.#refusedButDone(index);
  }

  #refusedButDone(index: number): void {
    violate(
      this.#knowledge,
      "I13",
      undefined,
      `the command at ${index} is done, but its client was told that it never will be`,
    );
  }
}
