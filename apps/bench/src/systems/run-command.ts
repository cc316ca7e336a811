import { text } from "node:stream/consumers";
import type { Ground } from "../ground/ground.ts";

export interface CommandResult {
  /** It could be run, and ended with 0. */
  readonly isFound: boolean;
  /** Both of its outputs. */
  readonly output: string;
}

export interface CommandOptions {
  readonly directory?: string;
  readonly environment?: NodeJS.ProcessEnv;
}

/** Runs a command to its end. One that is not there is not found; nothing rejects. */
export async function runCommand(
  ground: Ground,
  command: string,
  args: readonly string[],
  { directory, environment = process.env }: CommandOptions = {},
): Promise<CommandResult> {
  const { child, ended } = ground.children.start(command, args, {
    stdio: ["ignore", "pipe", "pipe"],
    env: environment,
    ...(directory === undefined ? {} : { cwd: directory }),
  });
  const pipes = [child.stdout, child.stderr].filter((pipe) => pipe !== null);
  const output = await Promise.all(pipes.map((pipe) => text(pipe)));
  const isFound = await ended.then(
    ({ code }) => code === 0,
    () => false,
  );
  return { isFound, output: output.join("").trim() };
}
