import { describe, expect, test } from "vitest";
import { crashModels } from "../../src/disk/crash-model.ts";
import { Machine } from "./setup.ts";

const SEEDS = Array.from({ length: 60 }, (_, at) => BigInt(at + 1));

describe("the contract of FileSystem", () => {
  test("what is written is read, gaps are zeros, and a read ends with the file", async () => {
    const machine = new Machine();
    await machine.make("/a", "hello");
    await machine.write("/a", "!", 7);
    expect(await machine.read("/a")).toBe("hello\0\0!");
    const file = await machine.wait(machine.files.open("/a", "read"));
    expect(await machine.wait(file.read(new Uint8Array(10), 5))).toBe(3);
  });

  test("names are sorted, created once, renamed over others, and removed", async () => {
    const machine = new Machine();
    await machine.make("/b", "b");
    await machine.make("/a", "a");
    expect(await machine.wait(machine.files.list("/"))).toEqual(["a", "b"]);
    await expect(machine.wait(machine.files.open("/a", "create"))).rejects.toMatchObject({ code: "EEXIST" });
    await machine.wait(machine.files.rename("/a", "/b"));
    expect(await machine.read("/b")).toBe("a");
    await machine.wait(machine.files.remove("/b"));
    await expect(machine.wait(machine.files.open("/b", "read"))).rejects.toMatchObject({ code: "ENOENT" });
  });

  test("a file that was removed is still there for whoever has it open", async () => {
    const machine = new Machine();
    await machine.make("/a", "hello");
    const file = await machine.wait(machine.files.open("/a", "read"));
    await machine.wait(machine.files.remove("/a"));
    expect(await machine.wait(file.sizeBytes())).toBe(5);
  });

  test("calls on one handle take effect in the order in which they are made", async () => {
    const machine = new Machine();
    await machine.make("/a", "");
    const file = await machine.wait(machine.files.open("/a", "write"));
    const target = new Uint8Array(3);
    const calls = [
      file.write([Buffer.from("one")], 0),
      file.write([Buffer.from("two")], 0),
      file.read(target, 0),
      file.truncate(1),
    ];
    await machine.wait(Promise.all(calls));
    expect(Buffer.from(target).toString()).toBe("two");
    expect(await machine.read("/a")).toBe("t");
  });

  test("a lock is held until it is released, or its process dies", async () => {
    const machine = new Machine();
    const lock = await machine.wait(machine.files.lock("/LOCK"));
    await expect(machine.wait(machine.files.lock("/LOCK"))).rejects.toMatchObject({ code: "LOCKED" });
    await machine.wait(lock.release());
    await machine.wait(machine.files.lock("/LOCK"));
    machine.kill();
    await machine.wait(machine.files.lock("/LOCK"));
  });
});

describe.each(crashModels)("a loss of power, %s", (model) => {
  test("what was synced stays, under a name that was synced", async () => {
    for (const seed of SEEDS) {
      const machine = new Machine(seed);
      await machine.make("/a", "durable");
      machine.losePower(model);
      expect(await machine.read("/a")).toBe("durable");
    }
  });

  test("what was not synced is kept, lost or torn, each of it in some run", async () => {
    const left = new Set<string>();
    for (const seed of SEEDS) {
      const machine = new Machine(seed);
      await machine.make("/a", "....");
      await machine.write("/a", "new!");
      machine.losePower(model);
      left.add(await machine.read("/a"));
    }
    expect(left).toContain("....");
    expect(left).toContain("new!");
    expect([...left].some((text) => text !== "...." && text !== "new!")).toBe(true);
  });

  test("a name that was not synced is kept or lost, whatever became of the content", async () => {
    const left = new Set<string>();
    for (const seed of SEEDS) {
      const machine = new Machine(seed);
      const file = await machine.wait(machine.files.open("/new", "create"));
      await machine.wait(file.sync());
      machine.losePower(model);
      left.add((await machine.wait(machine.files.list("/"))).join());
    }
    expect([...left].toSorted()).toEqual(["", "new"]);
  });

  test("P40: a rename that was not synced has happened or not, and a file is there under one of the names", async () => {
    const left = new Set<string>();
    for (const seed of SEEDS) {
      const machine = new Machine(seed);
      await machine.make("/old", "x");
      await machine.wait(machine.files.rename("/old", "/new"));
      machine.losePower(model);
      left.add((await machine.wait(machine.files.list("/"))).join());
    }
    expect([...left].toSorted()).toEqual(["new", "old"]);
  });

  test("a write under way when the process dies is done in part", async () => {
    const left = new Set<string>();
    for (const seed of SEEDS) {
      const machine = new Machine(seed);
      await machine.make("/a", "....");
      const file = await machine.wait(machine.files.open("/a", "write"));
      void file.write([Buffer.from("new!")], 0);
      machine.kill();
      left.add(await machine.read("/a"));
    }
    expect(left.size).toBeGreaterThan(2);
  });
});

describe("the death of a process", () => {
  test("takes nothing that the system has cached", async () => {
    const machine = new Machine();
    await machine.make("/a", "");
    await machine.write("/a", "cached");
    machine.kill();
    expect(await machine.read("/a")).toBe("cached");
  });

  test("ends its file system: nothing it was asked ever settles or happens", async () => {
    const machine = new Machine();
    const { files } = machine;
    machine.kill();
    await expect(machine.wait(files.makeDirectory("/late"))).rejects.toThrow("never settle");
    expect(await machine.wait(machine.files.list("/"))).toEqual([]);
  });
});

describe("a disk at fault", () => {
  test("P44: a sync that fails has dropped what it was to save; the next one succeeds and saves nothing", async () => {
    const machine = new Machine();
    await machine.make("/a", "old");
    await machine.write("/a", "new");
    machine.disk.arm("sync", 1);
    await expect(machine.sync("/a")).rejects.toMatchObject({ code: "EIO" });
    await machine.sync("/a");
    expect(await machine.read("/a")).toBe("new");
    machine.losePower("ordered");
    expect(await machine.read("/a")).toBe("old");
  });

  test("P46: no space: files cannot be created or grow, but be overwritten, until there is room", async () => {
    const machine = new Machine();
    await machine.make("/a", "1234");
    machine.disk.full = true;
    await expect(machine.write("/a", "56", 4)).rejects.toMatchObject({ code: "ENOSPC" });
    await expect(machine.wait(machine.files.open("/b", "create"))).rejects.toMatchObject({ code: "ENOSPC" });
    await machine.write("/a", "abcd");
    machine.disk.heal();
    await machine.write("/a", "56", 4);
    expect(await machine.read("/a")).toBe("abcd56");
  });

  test("P19: a sync that hangs lets other files' operations pass, and ends when the disk is well again", async () => {
    const machine = new Machine();
    await machine.make("/a", "");
    await machine.make("/b", "b");
    const file = await machine.wait(machine.files.open("/a", "write"));
    machine.disk.hungUntilMs = machine.scheduler.nowMs + 30_000;
    const hung = file.sync();
    expect(await machine.read("/b")).toBe("b");
    expect(machine.scheduler.nowMs).toBeLessThan(30_000);
    await machine.wait(hung);
    expect(machine.scheduler.nowMs).toBeGreaterThanOrEqual(30_000);
  });

  test("an armed error is given once to each operation that it was armed for", async () => {
    const machine = new Machine();
    await machine.make("/a", "a");
    machine.disk.arm("read", 2);
    await expect(machine.read("/a")).rejects.toMatchObject({ code: "EIO" });
    await expect(machine.read("/a")).rejects.toMatchObject({ code: "EIO" });
    expect(await machine.read("/a")).toBe("a");
    expect(machine.disk.errors).toBe(2);
  });

  test("bit rot changes one bit of what is durable", async () => {
    const machine = new Machine();
    await machine.make("/a", "aaaa");
    expect(machine.disk.rot(() => true)).toBe(true);
    machine.losePower("ordered");
    const text = await machine.read("/a");
    expect(text).toHaveLength(4);
    expect(text.replaceAll("a", "")).toHaveLength(1);
  });

  test("P45 bit rot spares the last write of a file that grows: nobody could tell that from a torn one", async () => {
    for (let round = 0; round < 20; round += 1) {
      const machine = new Machine();
      await machine.make("/a", "aaaa");
      await machine.write("/a", "bbbb", 4);
      await machine.sync("/a");
      for (let bit = 0; bit < 5; bit += 1) machine.disk.rot(() => true);
      machine.losePower("ordered");
      expect(await machine.read("/a")).toMatch(/bbbb$/);
    }
  });
});
