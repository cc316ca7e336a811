import { existsSync } from "node:fs";
import { join } from "node:path";
import type { LogVerdict } from "../check/record.ts";
import type { Node } from "../nodes/node.ts";
import { CommandError, runCommand } from "../world/run-command.ts";

/** Where `quorate-wal` has its sources. */
const verifier = join(import.meta.dirname, "../../../wal/src/main.ts");

/** What the offline verifier says of the nodes' directories, which no process may have open; undefined where it is not there. */
export async function verifyLogs(nodes: readonly Node[]): Promise<readonly LogVerdict[] | undefined> {
  if (!existsSync(verifier)) return undefined;
  const verdicts: LogVerdict[] = [];
  for (const { id, directory } of nodes) {
    try {
      const words = await runCommand(process.execPath, [verifier, "verify", join(directory, "data")]);
      verdicts.push({ node: id, isSound: true, words: words.trim() });
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
      verdicts.push({ node: id, isSound: false, words: error.message });
    }
  }
  return verdicts;
}
