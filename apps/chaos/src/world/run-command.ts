import { execFile } from "node:child_process";

const outputBytesMax = 1024 * 1024;
const commandTimeoutMs = 30_000;

/** What a command had to say when it failed, and which one it was. */
export class CommandError extends Error {
  readonly reason: string;

  constructor(command: string, reason: string) {
    super(`${command}: ${reason}`);
    this.name = "CommandError";
    this.reason = reason;
  }
}

export interface CommandOptions {
  /** What it reads. */
  readonly input?: string;
  /** By default that of this process. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
}

/** Runs a command of the system to its end and resolves with its output. Rejects with a CommandError. */
export function runCommand(command: string, args: readonly string[], given: CommandOptions = {}): Promise<string> {
  return new Promise((resolve, reject) => {
    const options = { maxBuffer: outputBytesMax, timeout: commandTimeoutMs, env: given.environment ?? process.env };
    const child = execFile(command, args, options, (error, stdout, stderr) => {
      if (error === null) return resolve(stdout);
      const isMissing = "code" in error && error.code === "ENOENT";
      const reason = isMissing ? "is not installed" : stderr.trim() || error.message;
      return reject(new CommandError([command, ...args].join(" "), reason.replaceAll("\n", " ")));
    });
    child.stdin?.on("error", () => undefined).end(given.input ?? ""); // One that does not read its input is told so by its exit code.
  });
}
