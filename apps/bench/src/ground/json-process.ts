import type { Ending } from "./children.ts";
import type { Ground } from "./ground.ts";

export interface Program {
  readonly command: string;
  readonly args: readonly string[];
}

/** Runs it to its end and resolves with what it has printed; rejects with its last complaint where it fails. */
async function outputOf(
  { command, args }: Program,
  { children, signal }: Pick<Ground, "children" | "signal">,
): Promise<string> {
  const { child, ended } = children.start(command, args, { stdio: ["ignore", "pipe", "pipe"] });
  const [printed, complaints, ending] = await Promise.all([textOf(child.stdout), textOf(child.stderr), ended]);
  signal.throwIfAborted();
  if (ending.code !== 0) throw new Error(`${command} ${args.join(" ")} ended with ${inWords(ending)}: ${complaints}`);
  return printed;
}

/** The same, with what it has printed as JSON: what our own programs say is believed. */
export async function resultOf<Result>(program: Program, ground: Pick<Ground, "children" | "signal">): Promise<Result> {
  return JSON.parse(await outputOf(program, ground)) as Result;
}

/** A module of the bench itself, as a program: `name` without what it ends with, relative to `src/`. */
export function ownProgram(name: string, options: object, flags: readonly string[] = []): Program {
  const module = new URL(`../${name}${import.meta.url.slice(-3)}`, import.meta.url).pathname;
  return { command: process.execPath, args: [...flags, module, JSON.stringify(options)] };
}

async function textOf(stream: NodeJS.ReadableStream | null): Promise<string> {
  let text = "";
  for await (const chunk of stream ?? []) text += String(chunk);
  return text;
}

function inWords({ code, signal }: Ending): string {
  return signal ?? `exit code ${code}`;
}
