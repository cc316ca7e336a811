import { describe, expect, test } from "vitest";
import { type Settings, settingsOf } from "../../src/cli/settings.ts";

const told = (...argv: readonly string[]): Settings | undefined => settingsOf(argv, () => 42n, print);

const printed: string[] = [];
const print = (text: string): void => void printed.push(text);

describe("the command line", () => {
  test("by default: a hundred seeds of the swarm, from a random one", () => {
    expect(told()).toMatchObject({ seeds: 100, from: 42n, profile: "swarm", jobs: 1, shrink: false });
  });

  test.each(["00000000000000ff", "ff", "0xff", "FF"])("one seed is one seed, in any spelling: %s", (seed) => {
    const settings = told("--seed", seed, "--profile", "disk", "--nodes", "5");
    expect(settings).toMatchObject({ seeds: 1, from: 255n, profile: "disk", choices: { nodes: 5 } });
  });

  test("a range of seeds has a first one", () => {
    const settings = told("--seeds", "9", "--from", "7", "--jobs", "2");
    expect(settings).toMatchObject({ seeds: 9, from: 7n, jobs: 2 });
  });

  test("--help is printed, and nothing is played", () => {
    expect(told("--help")).toBeUndefined();
    expect(printed.join("\n")).toMatch(/Usage: simulate[^]*--shrink[^]*Ends with 0/);
  });

  test.each([
    ["--seed 1 --seeds 9", "Option '--seed <seed>' cannot be used with option '--seeds <count>'."],
    ["--seed 1 --from 9", "Option '--seed <seed>' cannot be used with option '--from <seed>'."],
    ["--seed 1 --jobs 2", "Option '--seed <seed>' cannot be used with option '--jobs <count>'."],
    ["--plan x --seed 1", "Option '--plan <file>' cannot be used with option '--seed <seed>'."],
    ["--plan x --profile calm", "Option '--plan <file>' cannot be used with option '--profile <name>'."],
    ["--plan x --nodes 3", "Option '--plan <file>' cannot be used with option '--nodes <count>'."],
    ["--seed xyz", "Option '--seed <seed>' argument 'xyz' is invalid. It must be up to 16 hexadecimal digits."],
    ["--nodes 99", "Option '--nodes <count>' argument '99' is invalid. It must be an integer from 1 to 9."],
    ["--nodes 0", "Option '--nodes <count>' argument '0' is invalid. It must be an integer from 1 to 9."],
    ["--sedes 9", "Unknown option '--sedes' (Did you mean --seeds?)"],
    ["9", "Too many arguments."],
    ["--trace x", "--trace writes one run: name it with --seed or --plan."],
  ])("%s is refused in one line", (line, message) => {
    const attempt = (): unknown => told(...line.split(" "));
    expect(attempt).toThrow(expect.objectContaining({ name: "UsageError" }));
    expect(attempt).toThrow(message);
    expect(attempt).toThrow(/^[^\n]*\.$/);
  });
});
