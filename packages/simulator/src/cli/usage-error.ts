/** The command line asks for something that cannot be done. The message says what, and what can be. */
export class UsageError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "UsageError";
  }
}
