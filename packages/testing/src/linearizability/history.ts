/** What came back to the client. */
export interface Answer<Output> {
  readonly output: Output;
  /** When: not before the call. */
  readonly at: number;
}

/**
 * What one client asked of the object, and what came of it. Times are of one clock that all clients share: virtual time,
 * a monotonic clock, or a count that grows with every call and every answer. Operations of which one is answered in the
 * very instant in which the other is called count as concurrent, so a coarse clock can hide a violation but not make one.
 *
 * What certainly did not happen (a refused operation) does not belong into a history.
 */
export interface Operation<Input, Output> {
  readonly client: string | number;
  readonly input: Input;
  readonly calledAt: number;
  /**
   * Undefined where none came, or none that tells: still waiting, timed out, connection lost, `OUTCOME_UNKNOWN`. Such an
   * operation may take effect at any time after its call, or never.
   */
  readonly answer?: Answer<Output> | undefined;
}

export interface AnsweredOperation<Input, Output> extends Operation<Input, Output> {
  readonly answer: Answer<Output>;
}

export function isAnswered<Input, Output>(
  operation: Operation<Input, Output>,
): operation is AnsweredOperation<Input, Output> {
  return operation.answer !== undefined;
}

/** Throws a `TypeError` where times are not numbers, or run backwards. */
export function validateHistory(history: readonly Operation<unknown, unknown>[]): void {
  for (const [i, { calledAt, answer }] of history.entries()) {
    if (!Number.isFinite(calledAt)) {
      throw new TypeError(`history[${i}].calledAt must be a finite number, not ${String(calledAt)}`);
    }
    if (answer === undefined) continue;
    if (!Number.isFinite(answer.at)) {
      throw new TypeError(
        `history[${i}].answer.at must be a finite number, not ${String(answer.at)}; leave out an answer that never came`,
      );
    }
    if (answer.at < calledAt) {
      throw new TypeError(`history[${i}] is answered at ${answer.at}, before its call at ${calledAt}`);
    }
  }
}

/** The operations of each part of the object, in the order in which the parts first appear. */
export function splitByPart<Input, Output>(
  history: readonly Operation<Input, Output>[],
  partOf: (input: Input) => string | undefined,
): Map<string | undefined, Operation<Input, Output>[]> {
  const parts = new Map<string | undefined, Operation<Input, Output>[]>();
  for (const operation of history) {
    const part = partOf(operation.input);
    const operations = parts.get(part);
    if (operations === undefined) parts.set(part, [operation]);
    else operations.push(operation);
  }
  return parts;
}
