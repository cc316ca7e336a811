import type { Ground } from "../ground/ground.ts";
import { buildGo, missingForGo } from "../systems/go-program.ts";
import type { CallersResult } from "./callers.ts";
import { resultOf } from "../ground/json-process.ts";
import type { LibraryLoad } from "./own-library.ts";

/** What Debian's packages of it are, by what is imported of them. */
const PACKAGES = {
  "github.com/hashicorp/raft": "golang-github-hashicorp-raft-dev",
  "github.com/hashicorp/raft-boltdb": "golang-github-hashicorp-raft-boltdb-dev",
} as const;

/** hashicorp/raft under the same load. */
export interface HashicorpLibrary {
  /** In a process of its own. */
  readonly measure: (load: LibraryLoad) => Promise<CallersResult>;
}

export interface FoundHashicorp {
  readonly library?: HashicorpLibrary;
  /** Why there is none, and what to do. */
  readonly reason?: string;
}

/** Builds the load on it, where it is installed. */
export async function openHashicorp(ground: Ground): Promise<FoundHashicorp> {
  const missing = new Set<string>();
  for (const [imported, packageName] of Object.entries(PACKAGES)) {
    for (const each of await missingForGo(imported, packageName, ground)) missing.add(each);
  }
  if (missing.size > 0) {
    const remedy = `apt-get install ${[...missing].join(" ")}`;
    return { reason: `hashicorp/raft is not measured: it is not here; remedy: ${remedy}` };
  }
  ground.progress("building the load on hashicorp/raft");
  const command = await buildGo("hashicorp", ground);
  const measure = ({ clients, total, warmUp, valueBytes, directory }: LibraryLoad): Promise<CallersResult> => {
    const numbers = { clients, total, "warm-up": warmUp, "value-size": valueBytes };
    const args = Object.entries(numbers).flatMap(([name, value]) => [`-${name}`, String(value)]);
    return resultOf({ command, args: [...args, "-directory", directory] }, ground);
  };
  return { library: { measure } };
}
