import { describe, expect, test } from "vitest";
import { type FileSystem, makeDurableDirectory } from "../src/index.ts";

/** Records what is asked of it; `forbidden` directories may not be opened. */
class Recorder implements Pick<FileSystem, "makeDirectory" | "syncDirectory"> {
  readonly calls: string[] = [];
  readonly #forbidden: readonly string[];
  readonly #code: string;

  constructor(forbidden: readonly string[] = [], code = "EACCES") {
    this.#forbidden = forbidden;
    this.#code = code;
  }

  async makeDirectory(path: string): Promise<void> {
    this.calls.push(`make ${path}`);
  }

  async syncDirectory(path: string): Promise<void> {
    if (this.#forbidden.includes(path)) throw Object.assign(new Error(path), { code: this.#code });
    this.calls.push(`sync ${path}`);
  }
}

describe("makeDurableDirectory", () => {
  test.each([
    ["/a/b/c", ["make /a/b/c", "sync /a/b", "sync /a", "sync /"]],
    ["a/b", ["make a/b", "sync a", "sync ."]],
    ["./a", ["make ./a", "sync ."]],
    ["a", ["make a", "sync ."]],
    ["/", ["make /"]],
  ])("P40: syncs every directory that holds a name on the way to %s, made now or before", async (path, calls) => {
    const recorder = new Recorder();
    await makeDurableDirectory(recorder, path);
    expect(recorder.calls).toEqual(calls);
  });

  test.each(["EACCES", "EPERM"])("leaves alone what it may not open: %s", async (code) => {
    const recorder = new Recorder(["/", "/srv"], code);
    await makeDurableDirectory(recorder, "/srv/q/n1");
    expect(recorder.calls).toEqual(["make /srv/q/n1", "sync /srv/q"]);
  });

  test("fails where a sync fails", async () => {
    await expect(makeDurableDirectory(new Recorder(["/a"], "EIO"), "/a/b")).rejects.toMatchObject({ code: "EIO" });
  });
});
