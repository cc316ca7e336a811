import type { StateMachine } from "@quorate/raft-core";
import { decodeCommand } from "./command.ts";

/** Whether the command did what it says: a compare-and-set may not, and bytes that are no command never do. */
export interface RegisterResult {
  readonly succeeded: boolean;
}

const encoder = new TextEncoder();

/** Registers by key, as the lab's clients set and read them: about the smallest state machine that is worth replicating. */
export class RegisterMachine implements StateMachine<RegisterResult, string, string | null> {
  #registers = new Map<string, string>();

  apply(bytes: Uint8Array): RegisterResult {
    const command = decodeCommand(bytes);
    if (command === undefined) return { succeeded: false };
    const { expected, key, value } = command;
    const succeeded = expected === undefined || expected === this.read(key);
    if (succeeded) this.#registers.set(key, value);
    return { succeeded };
  }

  /** What stands under `key`; null where nothing does. */
  read(key: string): string | null {
    return this.#registers.get(key) ?? null;
  }

  /** One line per register, by key. */
  snapshot(): Iterable<Uint8Array> {
    const sorted = [...this.#registers].toSorted(([a], [b]) => (a < b ? -1 : 1));
    return sorted.map((register) => encoder.encode(`${JSON.stringify(register)}\n`));
  }

  async restore(chunks: AsyncIterable<Uint8Array>): Promise<void> {
    const decoder = new TextDecoder("utf-8", { fatal: true });
    let text = "";
    for await (const chunk of chunks) text += decoder.decode(chunk, { stream: true });
    const lines = (text + decoder.decode()).split("\n").filter((line) => line !== "");
    this.#registers = new Map(lines.map((line) => registerOf(line)));
  }
}

function registerOf(line: string): readonly [string, string] {
  const [key, value]: unknown[] = JSON.parse(line) as unknown[];
  if (typeof key !== "string" || typeof value !== "string") throw new TypeError("the snapshot holds no registers");
  return [key, value];
}
