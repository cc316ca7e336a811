/** A fault of one line, and what it breaks. Every one must make some test fail. */
export interface Mutation {
  /** From the root of the repository. */
  readonly file: string;
  /** Occurs in the file exactly once. May name the line after the one that goes, to say which one is meant. */
  readonly old: string;
  readonly new: string;
  /** The rule of Raft, of durability, or the promise to a caller that no longer holds. */
  readonly breaks: string;
}

/** The faults of one package, with paths from its `src`. */
export function faultsOf(packageName: string, faults: readonly Mutation[]): readonly Mutation[] {
  return faults.map((fault) => ({ ...fault, file: `packages/${packageName}/src/${fault.file}` }));
}

/** The folder of the package that the fault is planted in. */
export function packageFolderOf({ file }: Mutation): string {
  return file.split("/").slice(0, 2).join("/");
}

/** `text` with the fault in it. Throws where the old text is not there exactly once. */
export function applyTo(text: string, mutation: Mutation): string {
  const [before, after, ...more] = text.split(mutation.old);
  if (before === undefined || after === undefined || more.length > 0) {
    const count = text.split(mutation.old).length - 1;
    throw new Error(`${mutation.file} holds this ${count} times, not once: ${mutation.old}`);
  }
  return before + mutation.new + after;
}
