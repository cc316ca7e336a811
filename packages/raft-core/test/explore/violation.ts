/** Something that must never happen has happened. The message says what, in one sentence. */
export class Violation extends Error {
  override readonly name: string = "Violation";
}

export function must(condition: boolean, sentence: () => string): void {
  if (!condition) throw new Violation(sentence());
}
