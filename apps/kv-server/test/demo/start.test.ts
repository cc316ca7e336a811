import { mkdtemp, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { call } from "../http/client.ts";
import { freePorts, isFree } from "../processes/ports.ts";
import { demo, isRunning, Run, scripts } from "../processes/run.ts";
import { until } from "../processes/until.ts";

const start = join(scripts, "start.mjs");

let directory: string;
let ports: readonly number[];
let data: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "quorate-start-"));
});
beforeEach(async ({ task }) => {
  ports = await freePorts(20);
  data = join(directory, task.id);
});
afterAll(() => rm(directory, { recursive: true }));

function flags(...more: readonly string[]): string[] {
  const [clientPort] = ports;
  return ["--data", data, "--client-port", `${clientPort}`, "--peer-port", `${ports[10]}`, ...more];
}

/** The nodes' pids by id, as the table tells them, once there is one and a leader. */
async function pidsIn(run: Run): Promise<Map<string, number>> {
  await until("the table and a leader", () => {
    if (run.child.exitCode !== null) throw new Error(`it ended: ${run.stderr}`);
    return run.stdout.includes("leads (term");
  });
  expect(run.stdout).toMatch(/│ n\d\s*│ leader\s*│/);
  const rows = run.stdout.matchAll(/│ (n\d)\s*│ [\w-]+\s*│ http\S+\s*│ (\d+)\s*│/g);
  const pids = new Map(Array.from(rows, ([, id = "", pid]) => [id, Number(pid)]));
  expect(pids.size).toBe(Number(/starting (\d) nodes/.exec(run.stdout)?.[1]));
  return pids;
}

async function allGone(pids: readonly number[]): Promise<void> {
  await until("all processes to end", () => pids.every((pid) => !isRunning(pid)));
  expect(await Promise.all(ports.map(isFree))).not.toContain(false);
}

async function failsWith(args: readonly string[]): Promise<string> {
  await using run = Run.start(demo, args);
  expect(await run.ended()).toBe(1);
  expect(run.stderr).toMatch(/^quorate: [^\n]+\n$/);
  expect(await Promise.all(ports.slice(1).map(isFree))).not.toContain(false);
  return run.stderr;
}

describe("npm start", { timeout: 60_000 }, () => {
  test("starts three nodes, shows them, starts one again that is killed, and Ctrl-C leaves nothing running", async () => {
    await using run = Run.start(start, flags());
    const pids = await pidsIn(run);
    expect([...pids.keys()]).toEqual(["n1", "n2", "n3"]);
    expect(run.stdout.match(/^ {2}curl .*$/gm)).toHaveLength(3);
    const first = `http://127.0.0.1:${ports[0]}`;
    expect(run.stdout).toContain(`Dashboard: ${first}/\n`);
    const page = await call(first, "GET", "/");
    expect([page.status, page.headers["content-type"]]).toEqual([200, "text/html; charset=utf-8"]);
    expect((await call(first, "PUT", "/v1/kv/greeting", { body: "hello" })).status).toBe(200);

    const leader = /(n\d) leads/.exec(run.stdout)?.[1] ?? "";
    process.kill(pids.get(leader) ?? 0, "SIGKILL");
    await until("the leader to be started again", () => run.stdout.includes(`${leader} is back, with pid`));
    await until("another election to be told of", () => (run.stdout.match(/leads \(term/g)?.length ?? 0) > 1);
    expect(run.stdout).toContain(`${leader} (pid ${pids.get(leader)}) was killed by SIGKILL`);
    const all = [...pids.values(), Number(/is back, with pid (\d+)/.exec(run.stdout)?.[1])];

    run.child.kill("SIGINT");
    expect(await run.ended()).toBe(0);
    expect(run.stderr).toBe("");
    for (const id of pids.keys()) {
      expect(await readFile(join(data, id, "server.log"), "utf8")).toMatch(/"msg":"stopped"\}\n$/);
    }
    await allGone(all);
  });

  test("keeps the data from run to run, on whatever ports; --fresh forgets them", async () => {
    const runOnce = async (...more: string[]): Promise<number> => {
      await using run = Run.start(demo, flags("--nodes", "2", ...more));
      const pids = await pidsIn(run);
      const { status } = await call(`http://127.0.0.1:${ports[0]}`, "GET", "/v1/kv/kept");
      await call(`http://127.0.0.1:${ports[0]}`, "PUT", "/v1/kv/kept", { body: "x" });
      run.child.kill("SIGTERM");
      expect(await run.ended()).toBe(0);
      await allGone([...pids.values()]);
      return status;
    };
    expect(await runOnce()).toBe(404);
    ports = await freePorts(20);
    expect(await runOnce()).toBe(200);
    expect(await runOnce("--fresh")).toBe(404);
  });

  test("nothing is left running when the script is killed with -9", async () => {
    await using run = Run.start(start, flags());
    const pids = await pidsIn(run);
    run.child.kill("SIGKILL");
    await run.ended();
    await allGone([...pids.values()]);
  });

  test("nothing is left running when the process that watches the nodes is killed with -9", async () => {
    await using run = Run.start(demo, flags());
    const pids = await pidsIn(run);
    run.child.kill("SIGKILL");
    await run.ended();
    await allGone([...pids.values()]);
  });

  test("a taken port is one line, exit code 1, and nothing left running", async () => {
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(ports[0], "127.0.0.1", resolve));
    expect(await failsWith(flags())).toBe(
      `quorate: port ${ports[0]} is taken by another process; choose others with --client-port\n`,
    );
    taken.close();
  });

  test("a directory that cannot be written is one line, exit code 1, and nothing left running", async () => {
    await mkdir(data);
    await writeFile(join(data, "file"), "");
    const line = await failsWith([...flags(), "--data", join(data, "file/data")]);
    expect(line).toContain(`the directory ${join(data, "file/data")} cannot be written`);
  });

  test("--fresh leaves the data of a running cluster alone: one line, exit code 1", async () => {
    await using run = Run.start(demo, flags("--nodes", "1"));
    await pidsIn(run);
    const others = await freePorts(2);
    const elsewhere = ["--client-port", `${others[0]}`, "--peer-port", `${others[1]}`];
    await using second = Run.start(demo, [...flags("--nodes", "1", "--fresh"), ...elsewhere]);
    expect(await second.ended()).toBe(1);
    expect(second.stderr).toMatch(/^quorate: [^\n]* belongs to a cluster that is running: [^\n]*\n$/);
    run.child.kill("SIGINT");
    expect(await run.ended()).toBe(0);
  });

  test("data of another cluster is one line, exit code 1, and nothing left running", async () => {
    await using run = Run.start(demo, flags("--nodes", "1"));
    await pidsIn(run);
    run.child.kill("SIGINT");
    expect(await run.ended()).toBe(0);
    const line = await failsWith(flags("--nodes", "3"));
    expect(line).toContain(`${data} holds a cluster of 1 nodes, not 3: start it with --nodes 1`);
    // As many directories as asked for, but this one's first node is another cluster's.
    await mkdir(join(data, "n2"));
    await mkdir(join(data, "n3"));
    expect(await failsWith(flags("--nodes", "3"))).toMatch(/^quorate: n1 cannot start: .*cluster/);
  });

  test("flags that are wrong are one line and exit code 1", async () => {
    expect(await failsWith(["--nodes", "x"])).toContain("--nodes");
    expect(await failsWith(["--client-port", "7002"])).toContain("overlap");
    expect(await failsWith(["--colour"])).toContain("unknown option '--colour'");
  });
});
