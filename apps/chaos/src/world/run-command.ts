import { execFile } from "node:child_process";

const outputBytesMax = 1024 * 1024;
const commandTimeoutMs = 10_000;

/** What a command had to say when it failed, and which one it was. */
export class CommandError extends Error {
  readonly reason: string;

  constructor(command: string, reason: string) {
    super(`${command}: ${reason}`);
    this.name = "CommandError";
    this.reason = reason;
  }
}

/** Runs a command of the system to its end and resolves with its output; `input` is what it reads. */
export function runCommand(command: string, args: readonly string[], input = ""): Promise<string> {
  return new Promise((resolve, reject) => {
    const options = { maxBuffer: outputBytesMax, timeout: commandTimeoutMs };
    const child = execFile(command, args, options, (error, stdout, stderr) => {
      if (error === null) return resolve(stdout);
      const isMissing = "code" in error && error.code === "ENOENT";
      const reason = isMissing ? "is not installed" : stderr.trim() || error.message;
      return reject(new CommandError([command, ...args].join(" "), reason.replaceAll("\n", " ")));
    });
    child.stdin?.on("error", () => undefined).end(input); // One that does not read its input is told so by its exit code.
  });
}
