import { type KvResult, encodeCommand } from "@quorate/statemachine-kv";
import type { World } from "../process/world.ts";
import type { Ending } from "./ending.ts";
import type { History, Recorded } from "./history.ts";
import type { CommandRequest } from "./request.ts";

export interface ProposalOptions {
  /** As a client of the history. */
  readonly number: number;
  readonly world: World;
  readonly history: History;
}

/** A command that a client asks for: tells the history and the checks what they have to know of it. */
export class Proposal {
  readonly bytes: Uint8Array;
  readonly #request: CommandRequest;
  readonly #world: World;
  readonly #history: History;
  readonly #recorded: readonly Recorded[];
  /** The revision that was acknowledged when it began. */
  readonly #atLeast: number;
  #isProposed = false;

  constructor({ history, number, world }: ProposalOptions, request: CommandRequest) {
    this.bytes = encodeCommand(request.command);
    this.#request = request;
    this.#world = world;
    this.#history = history;
    this.#atLeast = world.checks.reads.begin();
    this.#recorded = request.inputs.map((input) => history.begin(number, input, world.scheduler.nowMs));
  }

  /** A node hears of it now. */
  proposed(): void {
    this.#world.checks.ledger.proposed(this.bytes, this.#request.command);
    this.#isProposed = true;
  }

  /** What its client was told. */
  ended(ending: Ending<KvResult>): void {
    const { checks, knowledge } = this.#world;
    if (ending.type === "answered") {
      checks.ledger.settled(this.bytes, "done");
      this.#answered(ending.value);
    } else if (ending.type === "refused") {
      if (this.#isProposed) checks.ledger.settled(this.bytes, "refused");
      for (const each of this.#recorded) this.#history.forget(each);
    } else {
      checks.ledger.settled(this.bytes, "unknown");
      knowledge.statistics.counts.unknown += 1;
      knowledge.marks.reach("outcome unknown told to a client");
    }
  }

  #answered(result: KvResult): void {
    const outputs = this.#request.outputs(result);
    const at = this.#world.scheduler.nowMs;
    for (const [i, each] of this.#recorded.entries()) each.answer = { output: outputs[i] ?? null, at };
    if (result.type !== "invalid") this.#world.checks.reads.wrote(this.#atLeast, result.revision, isChange(result));
  }
}

function isChange(result: KvResult): boolean {
  if (result.type === "txn") {
    return result.responses.some((each) => each.type === "put" || (each.type === "delete" && each.deleted > 0));
  }
  return result.type === "put" || (result.type === "delete" && result.deleted > 0);
}
