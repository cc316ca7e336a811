import { KvStateMachine, encodeCommand } from "../src/index.ts";
import { bytes } from "./text.ts";

/** A run over keys whose order a locale would change; prints the digest. */
export function digestOfRun(): string {
  const machine = new KvStateMachine();
  for (const word of ["i", "İ", "ä", "z", "Z", "ß", "ss", "\u{10000}", "\uffee", "ch", "d", "1", "10", "9"]) {
    machine.apply(encodeCommand({ type: "put", key: bytes(word), value: bytes(word.toUpperCase()) }));
  }
  machine.apply(encodeCommand({ type: "delete-range", range: { start: bytes("9"), end: bytes("Z") } }));
  return machine.digest();
}

if (process.argv[2] === "print") process.stdout.write(digestOfRun());
