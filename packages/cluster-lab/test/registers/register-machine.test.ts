import { stateMachineSuite } from "@quorate/testing";
import { describe, expect, test } from "vitest";
import { decodeCommand, encodeCommand } from "../../src/registers/command.ts";
import { RegisterMachine } from "../../src/registers/register-machine.ts";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const invalid = ["", "x", "{}", "[]", '["x"]', '["x",1]', '["x","1",2]', '["x","1","2","3"]'].map((text) =>
  bytes(text),
);

describe("the compliance suite", () => {
  const keys = ["x", "y", "ключ"];
  stateMachineSuite(test, {
    create: () => new RegisterMachine(),
    command: (random) => {
      const draw = <T>(list: readonly T[]): T | undefined => list[Math.floor(random.next() * list.length)];
      return encodeCommand({
        key: draw(keys) ?? "",
        value: draw(["1", "2", "é"]) ?? "",
        expected: draw([undefined, null, "1"]),
      });
    },
    queries: keys,
    invalid,
  });
});

describe("registers", () => {
  test("hold what was put last, and are set only if they hold what is expected", () => {
    const machine = new RegisterMachine();
    const apply = (value: string, expected?: string | null): boolean => {
      return machine.apply(encodeCommand({ key: "x", value, expected })).succeeded;
    };
    expect([machine.read("x"), apply("1", "0"), apply("1", null), machine.read("x")]).toEqual([null, false, true, "1"]);
    expect([apply("2"), apply("3", null), apply("3", "2"), machine.read("x")]).toEqual([true, false, true, "3"]);
  });

  test("commands come back as they were; anything else is none", () => {
    for (const command of [
      { key: "x", value: "1" },
      { key: "x", value: "1", expected: null },
      { key: "x", value: "1", expected: "2" },
    ]) {
      expect(decodeCommand(encodeCommand(command))).toEqual(command);
    }
    expect(invalid.map((each) => decodeCommand(each))).toEqual(invalid.map(() => undefined));
  });
});
