/** What a file system refuses with: an `Error` whose `code` is the POSIX name. */
export class DiskError extends Error {
  readonly code: string;

  constructor(code: string, doing: string) {
    super(`${code}: ${doing}`);
    this.name = "DiskError";
    this.code = code;
  }
}
