import { describe, expect, test } from "vitest";
import { settingsOf } from "../../src/cli/settings.ts";

describe("the command line", () => {
  test("runs a minute of three nodes by default", () => {
    expect(settingsOf([])).toEqual({
      type: "run",
      isJson: false,
      run: {
        ...{ seconds: 60, nodes: 3, seed: undefined, kinds: undefined, clients: 10, operationsPerSecond: 300 },
        ...{ recoveryMsMax: 10_000, reads: "linearizable", plan: undefined, isKept: false },
      },
    });
  });

  test("takes what it is given, kinds in their own order", () => {
    const args = ["--seconds", "5", "--nodes", "5", "--seed", "2f", "--kinds", "fsync, kill", "--keep", "--json"];
    expect(settingsOf(args)).toMatchObject({
      isJson: true,
      run: { seconds: 5, nodes: 5, seed: 0x2fn, kinds: ["kill", "fsync"], isKept: true },
    });
    expect(settingsOf(["--secure"])).toMatchObject({ run: { isSecure: true } });
    expect(settingsOf(["--no-secure"])).toMatchObject({ run: { isSecure: false } });
    expect(settingsOf(["--check", "dir"])).toEqual({ type: "check", directory: "dir", isJson: false });
    expect(settingsOf(["--help"])).toMatchObject({ type: "print", text: expect.stringContaining("--kinds") });
  });

  test.each([
    [["--kinds", "kill,flood"], "flood is none of kill, pause"],
    [["--nodes", "10"], "from 1 to 9"],
    [["--seconds", "1"], "from 5 to"],
    [["--seed", "xyz"], "16 hexadecimal digits"],
    [["--plan", "p.json", "--seed", "1"], "cannot be used with"],
    [["--plan", "p.json", "--no-secure"], "cannot be used with"],
    [["--flood"], "unknown option"],
  ])("%j is refused: %s", (args, reason) => {
    expect(() => settingsOf(args)).toThrow(reason);
  });
});
