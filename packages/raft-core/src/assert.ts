/** Thrown when Quorate itself is wrong. The node that throws it must stop: going on could lose what was committed. */
export class AssertionError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "AssertionError";
  }
}

/** For what only a bug can make false. Never for input, which is checked and refused. */
export function assert(condition: boolean, message: string): asserts condition {
  if (!condition) throw new AssertionError(message);
}
