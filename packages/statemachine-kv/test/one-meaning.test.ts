import { RaftError } from "@quorate/raft-core";
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { Packr } from "msgpackr";
import { describe, expect, test } from "vitest";
import { type Command, KvStateMachine, assertCommand, decodeCommand, encodeCommand } from "../src/index.ts";
import { meaningsOf, warmUp } from "./decode-in-process.ts";
import { hostileBytes, nestedPut, text, validCommands } from "./hostile-bytes.ts";
import { bytes } from "./text.ts";

const packr = new Packr({ useRecords: false });
const script = fileURLToPath(new URL("decode-in-process.ts", import.meta.url));

/** What a fresh process makes of them, its stack of so many KiB. */
function meaningsElsewhere(many: readonly Uint8Array[], stackKib: number): Promise<readonly string[]> {
  const { promise, resolve, reject } = Promise.withResolvers<readonly string[]>();
  const options = { maxBuffer: 64 * 1024 * 1024 };
  const child = execFile(process.execPath, [`--stack-size=${stackKib}`, script, "print"], options, (error, stdout) => {
    if (error === null) resolve(stdout.split("\n"));
    else reject(new Error("the other process failed", { cause: error }));
  });
  child.stdin?.end(many.map((each) => Buffer.from(each).toString("hex")).join("\n"));
  return promise;
}

describe("M01 bytes in a log mean the same in every process", () => {
  const depths = [1, 2, 3, 4, 10, 100, 1000, 3000, 6000, 8000, 9000, 9500, 10_000, 12_000, 20_000];

  test("however deep what they hide is, whether the decoder is warm or cold, whatever stack it has", async () => {
    const many = depths.map((depth) => nestedPut(depth));
    const cold = await meaningsElsewhere(many, 984);
    warmUp();
    expect(meaningsOf(many)).toEqual(cold);
    expect(await meaningsElsewhere(many, 300)).toEqual(cold);
    // Three levels below the map are those of a transaction; what is hidden in them counts for nothing.
    expect(cold.map((meaning) => meaning !== "[null,false]")).toEqual(depths.map((depth) => depth <= 3));
  });

  test("any bytes, here and where there is little stack", async () => {
    const many = fc.sample(hostileBytes, { numRuns: 3000, seed: 1 });
    const here = meaningsOf(many);
    expect(here.filter((meaning) => meaning.endsWith(",true]")).length).toBeGreaterThan(300);
    expect(here.filter((meaning) => meaning === "[null,false]").length).toBeGreaterThan(300);
    expect(await meaningsElsewhere(many, 300)).toEqual(here);
  });

  test("text that is no UTF-8, of which decoders make different things, is nowhere in a command", () => {
    const rest = [...text("type"), ...text("delete"), ...text("key"), 0xc4, 1, 0x61];
    for (const [hidden, meaning] of [
      [text("put"), { type: "delete", key: bytes("a") }],
      [[0xa4, 0xc1, 0xb0, ...text("ut").slice(1)], undefined],
      [[0xa2, 0xc3, 0xa4], undefined],
    ] as const) {
      expect(decodeCommand(Uint8Array.from([0x83, ...text("type"), ...hidden, ...rest]))).toEqual(meaning);
    }
  });
});

describe("one form of a command enters a log", () => {
  const refusal = (command: Uint8Array): unknown => {
    try {
      assertCommand(command);
      return undefined;
    } catch (error) {
      return error instanceof RaftError ? error.code : error;
    }
  };
  const notCanonical = expect.objectContaining({
    message: "command: not as encodeCommand makes it: written down in another way",
  }) as unknown;

  test("which is as docs/client-protocol.md has it, whatever becomes of the encoder", () => {
    const key = Uint8Array.of(0x6b);
    const version = { target: "version", key, operator: "=" } as const;
    const compares = [1, 200, 2 ** 32 - 1, 2 ** 32].map((value) => ({ ...version, value }));
    const encoded = encodeCommand({ type: "txn", compares, success: [{ type: "get", key }], failure: [] });
    const head = "de0004 a6746172676574 a776657273696f6e a36b6579 c4016b a86f70657261746f72 a13d a576616c7565 ";
    const values = ["01", "ccc8", "ceffffffff", "cb41f0000000000000"].map((hex) => head + hex);
    const success = "a773756363657373 91 de0002 a474797065 a3676574 a36b6579 c4016b";
    const form = ["de0004 a474797065 a374786e a8636f6d7061726573 94", ...values, success, "a76661696c757265 90"];
    expect(Buffer.from(encoded).toString("hex")).toBe(form.join("").replaceAll(" ", ""));
  });

  test("that of encodeCommand, for every command", () => {
    const enters = fc.property(validCommands, (command) => {
      const encoded = Uint8Array.from(encodeCommand(command));
      expect(refusal(encoded)).toBeUndefined();
      expect(encodeCommand(decodeCommand(encoded) as Command)).toEqual(encodeCommand(command));
    });
    fc.assert(enters, { numRuns: 1000, seed: 3 });
  });

  test("what enters is what encodeCommand makes of what it means", () => {
    let entered = 0;
    const canonical = fc.property(hostileBytes, (noise) => {
      if (refusal(noise) !== undefined) return;
      entered += 1;
      expect(Uint8Array.from(encodeCommand(decodeCommand(noise) as Command))).toEqual(noise);
    });
    fc.assert(canonical, { numRuns: 3000, seed: 4 });
    expect(entered).toBeGreaterThan(300);
  });

  test("whatever the order in which a caller names the fields", () => {
    const [key, value] = [bytes("k"), bytes("v")];
    const put = encodeCommand({ type: "put", key, value });
    expect(encodeCommand({ value, key, type: "put" })).toEqual(put);
    expect(refusal(packr.pack({ value, key, type: "put" }))).toEqual(notCanonical);
    const range = { start: key, end: value };
    const deletion = encodeCommand({ type: "delete-range", range });
    expect(encodeCommand({ range: { end: value, start: key }, type: "delete-range" })).toEqual(deletion);
  });

  test.each([
    [
      "a short map's head",
      [0x83, ...text("type"), ...text("put"), ...text("key"), 0xc4, 1, 97, ...text("value"), 0xc4, 0],
    ],
    [
      "a long length",
      [0xde, 0, 3, ...text("type"), ...text("put"), ...text("key"), 0xc5, 0, 1, 97, ...text("value"), 0xc4, 0],
    ],
    [
      "a field twice",
      [0xde, 0, 3, ...text("type"), ...text("put"), ...text("type"), ...text("delete"), ...text("key"), 0xc4, 1, 97],
    ],
    [
      "text with a length",
      [0xde, 0, 2, ...text("type"), 0xd9, 6, ...text("delete").slice(1), ...text("key"), 0xc4, 1, 97],
    ],
  ])("not %s, though it is a command in a log", (_, command) => {
    expect(refusal(Uint8Array.from(command))).toEqual(notCanonical);
    expect(["put", "delete"]).toContain(new KvStateMachine().apply(Uint8Array.from(command)).type);
  });

  test("the largest transaction does, and one more operation is too large", () => {
    const [key, start, end] = [bytes("k"), bytes("a"), bytes("b")];
    const many = <T>(count: number, each: T): readonly T[] => Array<T>(count).fill(each);
    const read = { type: "range", range: { start, end }, limit: 70_000, keysOnly: true } as const;
    const compares = many(128, { target: "modRevision", key, operator: "=", value: 2 ** 52 } as const);
    const command: Command = { type: "txn", compares, success: many(128, read), failure: many(128, read) };
    expect(refusal(encodeCommand(command))).toBeUndefined();
    expect(decodeCommand(Uint8Array.from(encodeCommand(command)))).toEqual(command);
    expect(refusal(packr.pack({ ...command, failure: many(129, read) }))).toBe("TOO_LARGE");
  });

  test("nothing with what encodeCommand's own form hides", () => {
    for (const depth of [1, 10, 1000, 20_000]) {
      expect(refusal(nestedPut(depth))).toBeInstanceOf(TypeError);
    }
  });
});
