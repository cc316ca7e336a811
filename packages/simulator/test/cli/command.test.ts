import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { runCommand } from "../../src/cli/command.ts";
import { type Hooks, type Plan, drawPlan } from "../../src/index.ts";
import { dependsOnTheNode } from "../planted/bugs.ts";

const folder = mkdtempSync(join(tmpdir(), "quorate-cli-"));
afterAll(() => rmSync(folder, { recursive: true }));

function fileWith(name: string, content: unknown): string {
  const path = join(folder, name);
  writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content));
  return path;
}

interface Said {
  readonly code: number;
  readonly output: string;
  readonly complaint: string;
}

async function run(argv: readonly string[], hooks?: Hooks): Promise<Said> {
  const output: string[] = [];
  const complaints: string[] = [];
  const code = await runCommand(argv, {
    print: (text) => void output.push(text),
    complain: (text) => void complaints.push(text),
    hooks,
  });
  return { code, output: output.join("\n"), complaint: complaints.join("\n") };
}

const plan = drawPlan(7n, "disk", { durationMs: 300 });
const [fault] = drawPlan(7n, "disk").faults;

/** Every message is lost: the cluster cannot recover. */
const stuck: Plan = {
  ...plan,
  faults: [],
  outsiders: [],
  configuration: { ...plan.configuration, link: { ...plan.configuration.link, dropRate: 1 } },
};

describe("simulate", () => {
  test("one seed: exit code 0, and only what happened", async () => {
    const { code, output } = await run(["--seed", "5", "--profile", "calm", "--nodes", "3", "--duration-ms", "500"]);
    expect(code).toBe(0);
    expect(output).toMatch(/^seed 0000000000000005, profile calm\nRuns\n/);
    expect(output).toMatch(/Digest of the whole history: [0-9a-f]{16}$/);
    expect(output).not.toMatch(/Not reached|Faults|power-loss| 0$/m);
  });

  test("many seeds: what was not reached is named", async () => {
    const { code, output } = await run([
      "--no-corpus",
      "--seeds",
      "2",
      "--from",
      "5",
      "--profile",
      "calm",
      "--duration-ms",
      "200",
    ]);
    expect(code).toBe(0);
    expect(output).toMatch(/^2 seeds from 0000000000000005, profile calm\n[^]*power-loss +0\n[^]*Not reached: /);
  });

  test("failures: exit code 1, each one's line once, three of them explained, the others named", async () => {
    const argv = [
      "--no-corpus",
      "--seeds",
      "5",
      "--from",
      "1",
      "--profile",
      "calm",
      "--duration-ms",
      "1000",
      "--nodes",
      "3",
    ];
    const { code, output } = await run(argv, dependsOnTheNode);
    expect(code).toBe(1);
    for (const seed of [1, 2, 3, 4, 5]) {
      expect(output.split(`SIM FAIL seed=000000000000000${seed} `)).toHaveLength(2);
    }
    expect(output.match(/^The last 40 events of seed/gm)).toHaveLength(3);
    expect(output).toContain(
      "Replay: npm run simulate -- --seed 0000000000000003 --profile calm --nodes 3 --duration-ms 1000",
    );
    expect(output).toMatch(/\n2 more, not shown: seeds 0000000000000004, 0000000000000005$/);
  });

  test("ten failures are enough", async () => {
    const argv = [
      "--no-corpus",
      "--seeds",
      "12",
      "--from",
      "1",
      "--profile",
      "calm",
      "--duration-ms",
      "1000",
      "--nodes",
      "3",
    ];
    const { output } = await run(argv, dependsOnTheNode);
    expect(output).toMatch(/^Stopped at 10 failures: [12] seeds? not played\.$/m);
    expect(output).toContain("7 more, not shown: seeds ");
  });

  test("a plan: its replay line is the plan's alone; shrunk, it goes to a file that can be played", async () => {
    const file = fileWith("stuck.plan.json", stuck);
    const { code, output } = await run(["--plan", file, "--shrink"]);
    expect(code).toBe(1);
    expect(output).toContain(`Replay: npm run simulate -- --plan ${file}\n`);
    const shrunk = /^Shrunk in \d+ runs? to 0 faults, 1 client, \d+ events: npm run .* --plan (.*)$/m.exec(output)?.[1];
    expect(shrunk).toBe(join(tmpdir(), "quorate-0000000000000007.plan.json"));
    expect((await run(["--plan", shrunk ?? ""])).code).toBe(1);
    rmSync(shrunk ?? "");
  });

  test("a trace ends with what was violated", async () => {
    const trace = join(folder, "stuck.trace");
    await run(["--plan", fileWith("stuck.plan.json", stuck), "--trace", trace]);
    const lines = readFileSync(trace, "utf8").trimEnd().split("\n");
    const last = JSON.parse(lines.at(-1) ?? "") as unknown;
    expect(last).toMatchObject({
      kind: "violation",
      invariant: "liveness",
      reason: expect.stringContaining("no leader"),
    });
    expect(lines.filter((line) => line.includes('"kind":"violation"'))).toHaveLength(1);
  });
});

describe("simulate refuses in one line, with exit code 2", () => {
  test.each([
    ["a missing file", () => join(folder, "none"), /none" cannot be read: there is no such file or folder\. --plan wa/],
    ["a folder", () => folder, /cannot be read: it is a folder\. --plan wants a file that --shrink wrote\.$/],
    ["no JSON", () => fileWith("no.json", "so what"), /no\.json" is not JSON\. --plan wants/],
    [
      "a trace",
      () => fileWith("a.trace", `{"format":"quorate-simulator-trace","version":1,"plan":{}}\n{"step":1}\n`),
      /a\.trace" is a trace\. --plan wants .*; what was played stands in the trace's first line, as "plan"\.$/,
    ],
    ["{}", () => fileWith("empty.json", {}), /plan\.version is undefined, but must be 1: no other is known here\./],
    ["null", () => fileWith("null.json", "null"), /plan is null, but must be an object/],
    ["another version", () => fileWith("v9.json", { ...plan, version: 9 }), /plan\.version is 9, but must be 1/],
    [
      "an unknown kind of fault",
      () => fileWith("quake.json", { ...plan, faults: [{ type: "quake", atMs: 1 }] }),
      /plan\.faults\[0\]\.type is "quake", but must be one of cut, partition, /,
    ],
    [
      "an unknown node",
      () => fileWith("n99.json", { ...plan, faults: [{ ...fault, type: "kill", node: "n99", downMs: 1 }] }),
      /plan\.faults\[0\]\.node is "n99", but must be one of n1/,
    ],
    [
      "a lack of clients",
      () => fileWith("lack.json", { ...plan, configuration: { ...plan.configuration, workload: {} } }),
      /plan\.configuration\.workload\.clients is undefined, but must be a number from 0 on/,
    ],
  ])("%s as a plan", async (_, path, message) => {
    const { code, output, complaint } = await run(["--plan", path()]);
    expect(complaint).toMatch(message);
    expect(complaint).not.toContain("\n");
    expect({ code, output }).toEqual({ code: 2, output: "" });
  });

  test.each([
    ["a folder", () => folder, "it is a folder."],
    ["a file in a folder that is not there", () => join(folder, "none/a"), "there is no such file or folder."],
  ])("%s for a trace", async (_, path, reason) => {
    const { code, complaint } = await run(["--seed", "1", "--trace", path()]);
    expect(complaint).toBe(`The trace "${path()}" cannot be written: ${reason}`);
    expect(code).toBe(2);
  });
});
