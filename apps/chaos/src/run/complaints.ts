import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Node } from "../nodes/node.ts";

/** What a server says on standard error when it cannot start; of one whose disk was full that is no wonder. */
const cannotStart = /^quorate-server: cannot use the data directory /;

/** Errors that a server logs and that are bugs, whatever was done to it. */
const bugs = /nobody handled|"code":"INTERNAL"|AssertionError|unhandled/i;

/** What the nodes said that they must not say; `gaveUp` are those whose disk was made to fail. */
export function complaintsOf(nodes: readonly Node[], gaveUp: ReadonlySet<string>): readonly string[] {
  return nodes.flatMap(({ id, directory }) => {
    const said = linesOf(join(directory, "stderr.log")).filter((line) => !(gaveUp.has(id) && cannotStart.test(line)));
    const logged = linesOf(join(directory, "server.log")).filter((line) => bugs.test(line));
    return [...said, ...logged].map((line) => `${id}: ${line}`);
  });
}

function linesOf(file: string): readonly string[] {
  if (!existsSync(file)) return [];
  return readFileSync(file, "utf8")
    .split("\n")
    .filter((line) => line.trim() !== "");
}
