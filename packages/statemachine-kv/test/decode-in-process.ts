import { text as textOf } from "node:stream/consumers";
import { assertCommand, decodeCommand } from "../src/index.ts";
import { nestedPut } from "./hostile-bytes.ts";

/** What this process makes of each of those bytes, and whether it would let them into a log. */
export function meaningsOf(many: readonly Uint8Array[]): readonly string[] {
  return many.map((bytes) => JSON.stringify([decodeCommand(bytes), enters(bytes)], shown));
}

/** Lets the compiler have its way with the decoder: then it needs less of the stack. */
export function warmUp(): void {
  const shallow = nestedPut(500, "foo");
  for (let i = 0; i < 3000; i += 1) decodeCommand(shallow);
}

function enters(bytes: Uint8Array): boolean {
  try {
    assertCommand(bytes);
    return true;
  } catch (error) {
    if (error instanceof TypeError) return false;
    throw error;
  }
}

function shown(_: string, value: unknown): unknown {
  return value instanceof Uint8Array ? `bytes ${Buffer.from(value).toString("hex")}` : value;
}

/** Reads bytes from standard input, a line of hex each, and says what it makes of them, a line each. */
async function main(): Promise<void> {
  const lines = (await textOf(process.stdin)).split("\n");
  const meanings = meaningsOf(lines.map((line) => new Uint8Array(Buffer.from(line, "hex"))));
  process.stdout.write(meanings.join("\n"));
}

if (process.argv[2] === "print") await main();
