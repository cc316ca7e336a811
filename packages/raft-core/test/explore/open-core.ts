import { cpSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Raft } from "../../src/raft.ts";
import type { State } from "../../src/state.ts";

/** A mistake in one place of the core, to see whether it is found. `old` stands in `file` exactly once. */
export interface Fault {
  readonly file: string;
  readonly old: string;
  readonly new: string;
}

/** The core as it stands in src, but for its private fields, which can be read. */
export interface OpenCore {
  readonly Raft: typeof Raft;
  stateOf(raft: Raft): State;
}

const SOURCE = join(import.meta.dirname, "../../src");

/**
 * Loads the core from a copy of its source in which `#field` reads `_field`, so that a node's whole state can be
 * compared and copied; with a fault, if one is given.
 */
export async function openCore(fault?: Fault): Promise<OpenCore> {
  const copy = mkdtempSync(join(tmpdir(), "quorate-explore-"));
  try {
    cpSync(SOURCE, copy, { recursive: true });
    if (fault !== undefined) plant(join(copy, fault.file), fault);
    const files = readdirSync(copy, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".ts"));
    for (const file of files) edit(join(copy, file), (text) => text.replaceAll(/#(?=[a-zA-Z])/g, "_"));
    const module = (await import(/* @vite-ignore */ pathToFileURL(join(copy, "raft.ts")).href)) as {
      Raft: typeof Raft;
    };
    return { Raft: module.Raft, stateOf: (raft) => Reflect.get(raft, "_state") as State };
  } finally {
    rmSync(copy, { recursive: true });
  }
}

function plant(path: string, fault: Fault): void {
  edit(path, (text) => {
    const [before, after, ...more] = text.split(fault.old);
    if (before === undefined || after === undefined || more.length > 0) {
      throw new Error(`${fault.file} does not hold exactly once: ${fault.old}`);
    }
    return before + fault.new + after;
  });
}

function edit(path: string, change: (text: string) => string): void {
  writeFileSync(path, change(readFileSync(path, "utf8")));
}
