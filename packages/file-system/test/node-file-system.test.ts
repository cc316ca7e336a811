import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { nodeFileSystem as fs } from "../src/index.ts";
import { type PartialIO, readFully, writeFully } from "../src/node-file-handle.ts";

let directory = "";
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "quorate-fs-"));
});
afterEach(async () => {
  await rm(directory, { recursive: true, force: true });
});

const bytes = (text: string): Uint8Array => Buffer.from(text);

describe("files", () => {
  test("what is written in chunks is read back, and a read behind the end is short", async () => {
    const file = await fs.open(`${directory}/a`, "create");
    await file.write([bytes("ab"), bytes(""), bytes("cde")], 0);
    await file.write([bytes("X")], 6);
    await file.sync();
    const target = new Uint8Array(10);
    expect(await file.read(target, 1)).toBe(6);
    expect(Buffer.from(target.subarray(0, 6)).toString("latin1")).toBe("bcde\0X");
    expect(await file.sizeBytes()).toBe(7);
    await file.truncate(3);
    await file.close();
    expect(await readFile(`${directory}/a`, "utf8")).toBe("abc");
  });

  test("calls on one handle take effect in the order in which they are made", async () => {
    const file = await fs.open(`${directory}/a`, "create");
    const calls: Promise<unknown>[] = [];
    for (let round = 0; round < 50; round += 1) calls.push(file.write([bytes(String(round % 10))], 0));
    calls.push(file.truncate(0), file.write([bytes("end")], 0), file.close());
    await Promise.all(calls);
    expect(await readFile(`${directory}/a`, "utf8")).toBe("end");
  });

  test("a call that fails does not stop those after it", async () => {
    await writeFile(`${directory}/a`, "abc");
    const file = await fs.open(`${directory}/a`, "read");
    const refused = file.write([bytes("x")], 0);
    const size = file.sizeBytes();
    await expect(refused).rejects.toMatchObject({ code: "EBADF" });
    expect(await size).toBe(3);
    await file.close();
  });

  test("more chunks than one system call takes arrive all", async () => {
    const chunks = Array.from({ length: 5000 }, (_, number) => bytes(`${number},`));
    const file = await fs.open(`${directory}/a`, "create");
    await file.write(chunks, 0);
    await file.close();
    expect(await readFile(`${directory}/a`, "utf8")).toBe(Buffer.concat(chunks).toString());
  });

  test("F17: what is no regular file is refused under a file's name, and a pipe holds nobody up", async () => {
    await mkdir(`${directory}/folder`);
    await symlink(`${directory}/nowhere`, `${directory}/dangling`);
    await symlink(`${directory}/loop`, `${directory}/loop`);
    for (const mode of ["read", "write"] as const) {
      await expect(fs.open(`${directory}/folder`, mode)).rejects.toMatchObject({ code: "EISDIR" });
      await expect(fs.open(`${directory}/dangling`, mode)).rejects.toMatchObject({ code: "ENOENT" });
      await expect(fs.open(`${directory}/loop`, mode)).rejects.toMatchObject({ code: "ELOOP" });
    }
    await expect(fs.open(`${directory}/dangling`, "create")).rejects.toMatchObject({ code: "EEXIST" });
    if (process.platform === "win32") return;
    await promisify(execFile)("mkfifo", [`${directory}/pipe`]);
    for (const mode of ["read", "write"] as const) {
      await expect(fs.open(`${directory}/pipe`, mode)).rejects.toMatchObject({ code: "EINVAL" });
    }
  });

  test("F25: names that are not ASCII are kept, and one that is too long is refused as such", async () => {
    const name = `${directory}/журнал-日誌`;
    await (await fs.open(name, "create")).close();
    expect(await fs.list(directory)).toEqual(["журнал-日誌"]);
    const long = `${directory}/${"x".repeat(256)}`;
    await expect(fs.open(long, "create")).rejects.toMatchObject({ code: "ENAMETOOLONG" });
    await expect(fs.makeDirectory(long)).rejects.toMatchObject({ code: "ENAMETOOLONG" });
  });

  test("errors carry the POSIX code", async () => {
    await writeFile(`${directory}/a`, "");
    await expect(fs.open(`${directory}/a`, "create")).rejects.toMatchObject({ code: "EEXIST" });
    await expect(fs.open(`${directory}/b`, "read")).rejects.toMatchObject({ code: "ENOENT" });
    await expect(fs.open(`${directory}/b`, "write")).rejects.toMatchObject({ code: "ENOENT" });
    await expect(fs.remove(`${directory}/b`)).rejects.toMatchObject({ code: "ENOENT" });
    await expect(fs.list(`${directory}/b`)).rejects.toMatchObject({ code: "ENOENT" });
    await expect(fs.syncDirectory(`${directory}/b`)).rejects.toMatchObject({ code: "ENOENT" });
  });

  test("a directory is made with those above it, listed sorted, and synced", async () => {
    await fs.makeDirectory(`${directory}/x/y`);
    await fs.makeDirectory(`${directory}/x/y`);
    for (const name of ["b", "a", "c"]) await writeFile(`${directory}/x/y/${name}`, name);
    await fs.rename(`${directory}/x/y/c`, `${directory}/x/y/B`);
    await fs.remove(`${directory}/x/y/a`);
    await fs.syncDirectory(`${directory}/x/y`);
    expect(await fs.list(`${directory}/x/y`)).toEqual(["B", "b"]);
  });
});

describe("P54f: a system that does less than it was asked", () => {
  /** Moves at most three bytes per call, whatever chunks they are in. */
  function stingy(content: Uint8Array): PartialIO {
    const io = {
      read: (target: Uint8Array, offset: number, length: number, position: number) => {
        const part = content.subarray(position, position + Math.min(length, 3));
        target.set(part, offset);
        return Promise.resolve({ bytesRead: part.length, buffer: target });
      },
      writev: (chunks: readonly Uint8Array[], position: number) => {
        const part = Buffer.concat(chunks).subarray(0, 3);
        content.set(part, position);
        return Promise.resolve({ bytesWritten: part.length, buffers: chunks });
      },
    };
    return io as PartialIO;
  }

  test("short writes are continued", async () => {
    const content = new Uint8Array(12);
    await writeFully(stingy(content), ["ab", "", "cdefg", "h", "ij"].map(bytes), 1);
    expect(Buffer.from(content).toString("latin1")).toBe("\0abcdefghij\0");
  });

  test("short reads are continued", async () => {
    const target = new Uint8Array(20);
    expect(await readFully(stingy(new Uint8Array(bytes("0123456789"))), target, 2)).toBe(8);
    expect(Buffer.from(target.subarray(0, 8)).toString()).toBe("23456789");
  });

  test("a file that takes nothing more is an error, not an endless loop", async () => {
    const full = { writev: () => Promise.resolve({ bytesWritten: 0, buffers: [] }) } as unknown;
    await expect(writeFully(full as PartialIO, [bytes("x")], 0)).rejects.toMatchObject({ code: "EIO" });
  });
});
