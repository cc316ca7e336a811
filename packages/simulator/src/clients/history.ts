import type { CompareAndSetInput, CompareAndSetOutput, Operation } from "@quorate/testing";

/** What one client asked, as the linearizability checker wants it; filled in when it is answered. */
export interface Recorded {
  readonly client: number;
  readonly input: CompareAndSetInput;
  readonly calledAt: number;
  answer: { readonly output: CompareAndSetOutput; readonly at: number } | undefined;
}

/** What the clients of a run asked and heard. */
export class History {
  #operations: Recorded[] = [];

  begin(client: number, input: CompareAndSetInput, nowMs: number): Recorded {
    const recorded: Recorded = { client, input, calledAt: nowMs, answer: undefined };
    this.#operations.push(recorded);
    return recorded;
  }

  /** It certainly did not happen. */
  forget(recorded: Recorded): void {
    const at = this.#operations.lastIndexOf(recorded);
    if (at >= 0) this.#operations.splice(at, 1);
  }

  get operations(): readonly Operation<CompareAndSetInput, CompareAndSetOutput>[] {
    return this.#operations;
  }
}
