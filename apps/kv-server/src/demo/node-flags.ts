import { readFileSync } from "node:fs";

/**
 * The flags for Node that `module` asks for in its first line (`#!/usr/bin/env -S node …`): who starts it otherwise gives
 * the same. The bench and `scripts/run.mjs` read that line likewise: no app imports another, and scripts run before anything
 * is installed. Where it has to be read differently, it has to be there, too.
 */
export function nodeFlagsOf(module: string): readonly string[] {
  const [first = ""] = readFileSync(module, "utf8").split("\n", 1);
  return /^#!.* node (?<flags>.+)$/.exec(first)?.groups?.["flags"]?.trim().split(" ") ?? [];
}
