import { existsSync } from "node:fs";
import { join } from "node:path";
import { UsageError } from "../cli/settings.ts";
import type { Ground } from "../ground/ground.ts";
import type { CallersResult } from "./callers.ts";
import { outputOf, resultOf } from "./json-process.ts";
import type { LibraryLoad } from "./own-library.ts";

/** Where Debian's packages of Go sources are. */
const GO_PATH = "/usr/share/gocode";
const PACKAGES = ["golang-go", "golang-github-hashicorp-raft-dev", "golang-github-hashicorp-raft-boltdb-dev"] as const;
const SOURCES = ["raft", "raft-boltdb"].map((name) => `${GO_PATH}/src/github.com/hashicorp/${name}`);

/** hashicorp/raft under the same load, as a program that is built where it is first wanted. */
export class HashicorpLibrary {
  readonly #program: string;
  readonly #ground: Ground;

  private constructor(program: string, ground: Ground) {
    this.#program = program;
    this.#ground = ground;
  }

  /** Builds it; rejects with a `UsageError` that says what to install where that is not there. */
  static async build(ground: Ground): Promise<HashicorpLibrary> {
    if (!isInstalled()) {
      throw new UsageError(
        `hashicorp/raft is measured from Debian's packages; remedy: apt-get install ${PACKAGES.join(" ")}`,
      );
    }
    const program = join(ground.directory, "hashicorp");
    const workingDirectory = new URL("../../go/hashicorp", import.meta.url).pathname;
    const environment = {
      GO111MODULE: "off",
      GOPATH: GO_PATH,
      GOFLAGS: "",
      GOCACHE: join(ground.directory, "go-cache"),
    };
    ground.progress("building the load on hashicorp/raft");
    await outputOf({ command: "go", args: ["build", "-o", program, "main.go"], workingDirectory, environment }, ground);
    return new HashicorpLibrary(program, ground);
  }

  async measure({ clients, total, warmUp, valueBytes, directory }: LibraryLoad): Promise<CallersResult> {
    const numbers = { clients, total, "warm-up": warmUp, "value-size": valueBytes };
    const args = Object.entries(numbers).flatMap(([name, value]) => [`-${name}`, String(value)]);
    return resultOf({ command: this.#program, args: [...args, "-directory", directory] }, this.#ground);
  }
}

function isInstalled(): boolean {
  const paths = (process.env["PATH"] ?? "").split(":");
  return SOURCES.every((path) => existsSync(path)) && paths.some((path) => existsSync(join(path, "go")));
}
