import { describe, expect, test } from "vitest";
import { MemoryFileSystem } from "../../src/index.ts";

const bytes = (...values: readonly number[]): Uint8Array => Uint8Array.from(values);

describe("MemoryFileSystem", () => {
  test("reads back what was written, in chunks and behind the end", async () => {
    const fileSystem = new MemoryFileSystem();
    const file = await fileSystem.open("a", "create");
    await file.write([bytes(1, 2), bytes(), bytes(3)], 0);
    await file.write([bytes(9)], 5);
    const target = new Uint8Array(10);
    expect(await file.read(target, 1)).toBe(5);
    expect([...target.subarray(0, 5)]).toEqual([2, 3, 0, 0, 9]);
    await file.truncate(2);
    expect(await file.sizeBytes()).toBe(2);
    expect(fileSystem.held).toBe(1);
    await file.close();
    await file.close();
    expect(fileSystem.held).toBe(0);
  });

  test("refuses what a file system refuses, by its code", async () => {
    const fileSystem = new MemoryFileSystem(
      new Map([
        ["d", undefined],
        ["d/a", bytes(1)],
      ]),
    );
    await expect(fileSystem.open("d/a", "create")).rejects.toMatchObject({ code: "EEXIST" });
    await expect(fileSystem.open("d/b", "read")).rejects.toMatchObject({ code: "ENOENT" });
    await expect(fileSystem.open("x/b", "create")).rejects.toMatchObject({ code: "ENOENT" });
    await expect(fileSystem.open("d/a/b", "create")).rejects.toMatchObject({ code: "ENOTDIR" });
    await expect(fileSystem.open("d", "read")).rejects.toMatchObject({ code: "EISDIR" });
    await expect(fileSystem.list("d/a")).rejects.toMatchObject({ code: "ENOTDIR" });
    await expect(fileSystem.rename("d/a", "a")).rejects.toMatchObject({ code: "EXDEV" });
    const lock = await fileSystem.lock("d/LOCK");
    await expect(fileSystem.lock("d/LOCK")).rejects.toMatchObject({ code: "LOCKED" });
    await lock.release();
    await (await fileSystem.lock("d/LOCK")).release();
    expect(fileSystem.calls).toEqual([]);
    expect(await fileSystem.list("d")).toEqual(["a"]);
  });

  test("a call that is made to fail is not done, and not told; a write may be done in part", async () => {
    const fileSystem = new MemoryFileSystem();
    const file = await fileSystem.open("a", "create");
    const error = Object.assign(new Error("EIO"), { code: "EIO" });
    fileSystem.onCall = ({ type }) => (type === "write" ? { error, writtenBytes: 2 } : { error });
    await expect(file.write([bytes(1, 2, 3)], 0)).rejects.toBe(error);
    await expect(file.sync()).rejects.toBe(error);
    await expect(fileSystem.makeDirectory("d")).rejects.toBe(error);
    fileSystem.onCall = () => undefined;
    expect(fileSystem.image).toEqual(new Map([["a", bytes(1, 2)]]));
    expect(fileSystem.calls.map(({ type }) => type)).toEqual(["create", "write"]);
  });
});
