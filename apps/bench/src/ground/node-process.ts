import { readFileSync } from "node:fs";

export interface NodeCommand {
  readonly command: string;
  readonly args: readonly string[];
}

/**
 * `module` under this Node, with the flags that its first line asks for (`#!/usr/bin/env -S node …`), as a shell starts it.
 * The server's demo and `scripts/run.mjs` read that line likewise: no app imports another, and scripts run before anything is
 * installed. Where it has to be read differently, it has to be there, too.
 */
export function nodeProcess(module: string, args: readonly string[]): NodeCommand {
  const [first = ""] = readFileSync(module, "utf8").split("\n", 1);
  const flags = /^#!.* node (?<flags>.+)$/.exec(first)?.groups?.["flags"]?.trim().split(" ") ?? [];
  return { command: process.execPath, args: [...flags, module, ...args] };
}
