import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Ground } from "../ground/ground.ts";
import { runCommand } from "./run-command.ts";

/** Where Debian's packages of Go libraries are. */
const goPath = "/usr/share/gocode";
const programs = join(import.meta.dirname, "../../go");

/** The Debian packages that are missing for building a program that imports `imported`. */
export async function missingForGo(imported: string, packageName: string, ground: Ground): Promise<readonly string[]> {
  const go = await runCommand(ground, "go", ["version"]);
  const hasLibrary = existsSync(join(goPath, "src", imported));
  return [...(go.isFound ? [] : ["golang-go"]), ...(hasLibrary ? [] : [packageName])];
}

/** Builds `go/NAME`, and resolves with the program's path. What was built before the compiler remembers by itself. */
export async function buildGo(name: string, ground: Ground): Promise<string> {
  const path = join(ground.directory, name);
  const environment = { ...process.env, GO111MODULE: "off", GOPATH: goPath };
  const { isFound, output } = await runCommand(ground, "go", ["build", "-o", path, "."], {
    directory: join(programs, name),
    environment,
  });
  if (!isFound || !existsSync(path)) throw new Error(`go build could not build ${name}: ${output}`);
  return path;
}
