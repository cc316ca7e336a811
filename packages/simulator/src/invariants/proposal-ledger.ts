import type { Command } from "@quorate/statemachine-kv";
import { type Knowledge, violate } from "./observer.ts";

/** What a client was told of a command that it proposed. */
export type Outcome = "done" | "refused" | "unknown";

interface Proposal {
  /** Where it is known what the bytes are. */
  readonly command: Command | undefined;
  attempts: number;
  /** Of the attempts: those that never have an effect, as the client was told. */
  refused: number;
  readonly appliedAt: number[];
}

function keyOf(command: Uint8Array): string {
  return Buffer.from(command.buffer, command.byteOffset, command.length).toString("latin1");
}

/**
 * I13: a command, each of them unique, takes effect at most as often as it was proposed, and not by the attempts that its
 * client was told had failed.
 */
export class ProposalLedger {
  readonly #knowledge: Knowledge;
  readonly #proposals = new Map<string, Proposal>();

  constructor(knowledge: Knowledge) {
    this.#knowledge = knowledge;
  }

  proposed(bytes: Uint8Array, command?: Command): void {
    const key = keyOf(bytes);
    const proposal = this.#proposals.get(key);
    if (proposal === undefined) this.#proposals.set(key, { command, attempts: 1, refused: 0, appliedAt: [] });
    else proposal.attempts += 1;
  }

  /** What the bytes are, if somebody who proposed them has said so. */
  commandIn(bytes: Uint8Array): Command | undefined {
    return this.#proposals.get(keyOf(bytes))?.command;
  }

  /** An attempt has ended, at its client's side. */
  settled(command: Uint8Array, outcome: Outcome): void {
    const proposal = this.#proposals.get(keyOf(command));
    if (proposal === undefined) return;
    if (outcome === "refused") {
      proposal.refused += 1;
      this.#compare(proposal);
    } else if (outcome === "done" && proposal.appliedAt.length === 0) {
      this.#violate("a client was told that its command is done, but nobody has applied it");
    }
  }

  /** Some node was the first to apply it at `index`. */
  applied(command: Uint8Array, index: number): void {
    const proposal = this.#proposals.get(keyOf(command));
    if (proposal === undefined) {
      this.#violate(`the command at ${index} was proposed by nobody`);
      return;
    }
    proposal.appliedAt.push(index);
    this.#compare(proposal);
  }

  #compare({ attempts, refused, appliedAt }: Proposal): void {
    if (appliedAt.length <= attempts - refused) return;
    const asked = `was proposed ${attempts} times, of which ${refused} were refused for good`;
    this.#violate(`a command that ${asked}, is applied at ${appliedAt.join(" and at ")}`);
  }

  #violate(reason: string): void {
    violate(this.#knowledge, "I13", undefined, reason);
  }
}
