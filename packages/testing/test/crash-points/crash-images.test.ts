import { describe, expect, test } from "vitest";
import { type DiskImage, MemoryFileSystem, crashImages, durableImage } from "../../src/index.ts";

const bytes = (text: string): Uint8Array => Uint8Array.from(text, (letter) => letter.charCodeAt(0));

/** Files and what is in them; zeros are dots. */
function shown(image: DiskImage): string {
  const files = [...image].map(([path, content]) => {
    if (content === undefined) return `${path}/`;
    return `${path}=${String.fromCharCode(...content).replaceAll("\0", ".")}`;
  });
  return files.toSorted().join(" ");
}

/** Every different disk that a crash may leave when all has been called, but not before. */
function left(before: DiskImage, fileSystem: MemoryFileSystem): readonly string[] {
  const { calls } = fileSystem;
  const images = [...crashImages(before, calls)].filter(({ callCount }) => callCount === calls.length);
  return [...new Set(images.map(({ image }) => shown(image)))].toSorted();
}

describe("what a crash may leave", () => {
  test("of a file that was created and written: no name, and any part", async () => {
    const fileSystem = new MemoryFileSystem();
    const file = await fileSystem.open("a", "create");
    await file.write([bytes("xy"), bytes("z")], 0);
    expect(left(new Map(), fileSystem)).toEqual(["", "a=", "a=...", "a=x", "a=x..", "a=xy", "a=xy.", "a=xyz"]);
    await file.sync();
    expect(left(new Map(), fileSystem)).toEqual(["", "a=xyz"]);
    await fileSystem.syncDirectory(".");
    expect(left(new Map(), fileSystem)).toEqual(["a=xyz"]);
  });

  test("of what is overwritten: the old bytes, the new ones, or the new ones up to some byte", async () => {
    const before = new Map([["a", bytes("abcd")]]);
    const fileSystem = new MemoryFileSystem(before);
    const file = await fileSystem.open("a", "write");
    await file.write([bytes("BC")], 1);
    expect(left(before, fileSystem)).toEqual(["a=aBCd", "a=aBcd", "a=abcd"]);
    await file.write([bytes("Q")], 1);
    expect(left(before, fileSystem)).toEqual(["a=aBCd", "a=aBcd", "a=aQCd", "a=abcd"]);
  });

  test("of sectors: each without regard to the others, one of them torn", async () => {
    const before = new Map([["a", new Uint8Array(1_536)]]);
    const fileSystem = new MemoryFileSystem(before);
    const file = await fileSystem.open("a", "write");
    for (const at of [0, 512, 1024]) await file.write([bytes("pq")], at);
    const seen = left(before, fileSystem).map((image) =>
      [0, 512, 1024].map((at) => image.slice(2 + at, 4 + at)).join(" "),
    );
    const parts = ["..", "p.", "pq"];
    const all = parts.flatMap((a) => parts.flatMap((b) => parts.map((c) => [a, b, c])));
    const isOneTorn = (each: readonly string[]): boolean => each.filter((part) => part === "p.").length <= 1;
    expect(seen.toSorted()).toEqual(
      all
        .filter(isOneTorn)
        .map((each) => each.join(" "))
        .toSorted(),
    );
  });

  test("of a file that grows: any length in between, with or without the sectors before the last", async () => {
    const fileSystem = new MemoryFileSystem();
    const file = await fileSystem.open("a", "create");
    await file.write([bytes("p".repeat(1100))], 0);
    const seen = new Set(left(new Map(), fileSystem));
    for (const length of [520, 900, 1023, 1025, 1090]) {
      const last = Math.floor((length - 1) / 512) * 512;
      for (const missing of [0, 512]) {
        if (missing >= last) continue;
        const after = "p".repeat(length - missing - 512);
        expect(seen).toContain(`a=${"p".repeat(missing)}${".".repeat(512)}${after}`);
      }
      expect(seen).toContain(`a=${".".repeat(last)}${"p".repeat(length - last)}`);
      expect(seen).toContain(`a=${"p".repeat(length)}`);
    }
  });

  test("of a file that is cut: its old length, or the new one", async () => {
    const before = new Map([["a", bytes("abcd")]]);
    const fileSystem = new MemoryFileSystem(before);
    const file = await fileSystem.open("a", "write");
    await file.truncate(2);
    const images = left(before, fileSystem);
    expect(images).toContain("a=abcd");
    expect(images).toContain("a=ab");
    await file.sync();
    expect(left(before, fileSystem)).toEqual(["a=ab"]);
  });

  test("of names: each change, without regard to the others", async () => {
    const before = new Map([
      ["a", bytes("1")],
      ["b", bytes("2")],
    ]);
    const fileSystem = new MemoryFileSystem(before);
    await fileSystem.remove("a");
    await fileSystem.rename("b", "c");
    expect(left(before, fileSystem)).toEqual(["a=1 b=2", "a=1 c=2", "b=2", "c=2"]);
    expect(shown(durableImage(before, fileSystem.calls))).toBe("a=1 b=2");
    await fileSystem.syncDirectory(".");
    expect(left(before, fileSystem)).toEqual(["c=2"]);
  });

  test("of a directory: all in it goes with its name", async () => {
    const fileSystem = new MemoryFileSystem();
    await fileSystem.makeDirectory("d/e");
    const file = await fileSystem.open("d/e/a", "create");
    await file.write([bytes("x")], 0);
    await file.sync();
    await fileSystem.syncDirectory("d/e");
    expect(left(new Map(), fileSystem)).toEqual(["", "d/", "d/ d/e/ d/e/a=x"]);
    await fileSystem.syncDirectory("d");
    await fileSystem.syncDirectory(".");
    expect(left(new Map(), fileSystem)).toEqual(["d/ d/e/ d/e/a=x"]);
  });

  test("at every call, and not only behind the last", async () => {
    const fileSystem = new MemoryFileSystem();
    const file = await fileSystem.open("a", "create");
    await file.write([bytes("x")], 0);
    await file.sync();
    const counts = new Set([...crashImages(new Map(), fileSystem.calls)].map(({ callCount }) => callCount));
    expect([...counts]).toEqual([0, 1, 2, 3]);
  });

  test("of many files and names: each beside none and all of the others, when all together are too many", async () => {
    const fileSystem = new MemoryFileSystem();
    const paths = ["a", "b", "c", "d", "e", "f", "g", "h"];
    for (const path of paths) await (await fileSystem.open(path, "create")).write([bytes("0123456789")], 0);
    const images = [...crashImages(new Map(), fileSystem.calls)].filter(({ callCount }) => callCount === 16);
    expect(images.length).toBeLessThan(10_000);
    const seen = new Set(images.map(({ image }) => shown(image)));
    const whole = paths.map((path) => `${path}=0123456789`);
    for (const [at, path] of paths.entries()) {
      expect(seen).toContain(whole.with(at, `${path}=0123......`).join(" "));
      expect(seen).toContain(whole.filter((_, other) => other !== at).join(" "));
    }
    expect(seen).toContain("");
  });
});
