import type { KvAnswer, KvQuery, KvResult } from "@quorate/statemachine-kv";
import type { NodeRecord } from "./node-record.ts";
import { type Knowledge, violate } from "./observer.ts";
import type { ProposalLedger } from "./proposal-ledger.ts";
import { StateHistory } from "./state-history.ts";

/** States are compared every so many indexes, and wherever one is captured or restored. */
const DIGEST_EVERY = 16;

function areEqual(a: Uint8Array, b: Uint8Array): boolean {
  return a === b || (a.length === b.length && a.every((byte, at) => byte === b[at]));
}

function numberOf(result: KvResult): number {
  switch (result.type) {
    case "put":
      return result.revision * 8;
    case "delete":
      return result.revision * 8 + 1 + result.deleted;
    case "txn":
      return result.revision * 8 + (result.succeeded ? 4 : 3);
    case "invalid":
      return -1;
  }
}

/** I6 state machine safety: the same commands, the same results and the same states everywhere, in every life. */
export class MachineCheck {
  readonly #knowledge: Knowledge;
  readonly #ledger: ProposalLedger;
  readonly #commands = new Map<number, Uint8Array>();
  readonly #results = new Map<number, number>();
  readonly #digests = new Map<number, string>();
  readonly #history = new StateHistory();

  constructor(knowledge: Knowledge, ledger: ProposalLedger) {
    this.#knowledge = knowledge;
    this.#ledger = ledger;
  }

  applied(record: NodeRecord, command: Uint8Array, index: number): void {
    const known = this.#commands.get(index);
    if (known === undefined) {
      this.#commands.set(index, command);
      this.#ledger.applied(command, index);
    } else if (!areEqual(known, command)) {
      violate(this.#knowledge, "I6", record.id, `it applies another command at ${index} than was applied there before`);
    }
    if (index <= record.appliedCommand) {
      violate(this.#knowledge, "I6", record.id, `it applies ${index} after ${record.appliedCommand}`);
    }
    record.appliedCommand = index;
  }

  answered(record: NodeRecord, index: number, result: KvResult, digest: () => string): void {
    const own = numberOf(result);
    const known = this.#results.get(index);
    if (known === undefined) this.#firstAnswer(record, index, result);
    else if (known !== own) {
      violate(this.#knowledge, "I6", record.id, `its result of the command at ${index} is not the others'`);
    }
    if (index % DIGEST_EVERY === 0) this.state(record, index, digest());
  }

  /** A node's state machine answers a question. It has applied everything up to `record.appliedCommand`, or more. */
  read(record: NodeRecord, query: KvQuery, answer: KvAnswer): void {
    const fault = this.#history.fault(query, answer);
    if (fault !== undefined) violate(this.#knowledge, "I14", record.id, `it answers what is wrong: ${fault}`);
    const least = Math.max(record.answeredRevision, this.#history.revisionAfter(record.appliedCommand));
    if (answer.revision < least) {
      const reason = `it answers as of revision ${answer.revision}, after it had come to ${least}`;
      violate(this.#knowledge, "I14", record.id, reason);
    }
    record.answeredRevision = answer.revision;
  }

  /** A node's state machine is seen as of the last command up to `index`. */
  state(record: NodeRecord, index: number, digest: string): void {
    const known = this.#digests.get(index);
    if (known === undefined) this.#digests.set(index, digest);
    else if (known !== digest) {
      violate(this.#knowledge, "I6", record.id, `its state after the command at ${index} is not the others'`);
    }
  }

  #firstAnswer(record: NodeRecord, index: number, result: KvResult): void {
    this.#results.set(index, numberOf(result));
    const command = this.#ledger.commandIn(this.#commands.get(index) ?? new Uint8Array(0));
    const fault = command && this.#history.applied(index, command, result);
    if (fault !== undefined) violate(this.#knowledge, "I6", record.id, fault);
  }

  /** A node's state machine was restored from a snapshot of all up to `index`. */
  restored(record: NodeRecord, index: number, digest: string): void {
    const command = this.#knowledge.committed.lastCommandAt(index);
    if (command < record.appliedCommand) {
      violate(
        this.#knowledge,
        "I6",
        record.id,
        `it goes back from ${record.appliedCommand} to the snapshot at ${index}`,
      );
    }
    record.appliedCommand = command;
    this.state(record, command, digest);
  }
}
