import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, open, readdir, rm, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { call, problemIn } from "./http/client.ts";
import { freePorts, isFree } from "./processes/ports.ts";
import { Run, server } from "./processes/run.ts";
import { until } from "./processes/until.ts";

let directory: string;
let clientPort: number;
let peerPort: number;
let otherPort: number;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "quorate-main-"));
  [clientPort = 0, peerPort = 0, otherPort = 0] = await freePorts(3);
});
afterAll(() => rm(directory, { recursive: true }));

const flagsFor = (data: string): string[] => [
  ...["--id", "n1", "--bootstrap", "--members", `n1=127.0.0.1:${peerPort}`, "--data", join(directory, data)],
  ...["--client-listen", `127.0.0.1:${clientPort}`],
];

async function startServer(data: string): Promise<Run> {
  const run = Run.start(server, flagsFor(data));
  await until("a put", async () => {
    if (run.child.exitCode !== null) throw new Error(run.stderr);
    return call(`http://127.0.0.1:${clientPort}`, "PUT", "/v1/kv/first", { body: "x" }).then(
      (reply) => reply.status === 200,
      () => false,
    );
  });
  return run;
}

async function failsWith(args: readonly string[]): Promise<string> {
  await using run = Run.start(server, args);
  expect(await run.ended()).toBe(1);
  expect(run.stderr).toMatch(/^quorate-server: [^\n]+\n$/);
  return run.stderr;
}

describe("quorate-server", { timeout: 60_000 }, () => {
  test("what is wrong with the configuration is one line, and exit code 1", async () => {
    expect(await failsWith([])).toContain("id is missing (--id or QUORATE_ID)");
    expect(await failsWith([...flagsFor("x"), "--request-timeout-ms", "soon"])).toContain('requestTimeoutMs "soon"');
  });

  test("--help and --version go to standard output, with exit code 0", async () => {
    await using help = Run.start(server, ["--help"]);
    expect(await help.ended()).toBe(0);
    expect(help.stdout).toContain("--election-timeout-min-ms <n>");
    await using version = Run.start(server, ["--version"]);
    expect(await version.ended()).toBe(0);
    expect(version.stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  test("a data directory that cannot be written is one line, and exit code 1", async () => {
    await writeFile(join(directory, "file"), "");
    expect(await failsWith(flagsFor("file/data"))).toContain(join(directory, "file/data"));
  });

  test("S19 a directory in use, and a port in use, are one line each, and exit code 1", async () => {
    await using first = await startServer("in-use");
    const elsewhere = ["--peer-listen", "127.0.0.1:0", "--client-listen", "127.0.0.1:0"];
    expect(await failsWith([...flagsFor("in-use"), ...elsewhere])).toContain(String(first.pid));
    expect(await failsWith([...flagsFor("other"), "--peer-listen", `127.0.0.1:${otherPort}`])).toContain(
      `cannot listen on 127.0.0.1:${clientPort}: another process has this port`,
    );
    expect(await failsWith([...flagsFor("other"), "--client-listen", "127.0.0.1:0"])).toContain(
      `cannot listen on 127.0.0.1:${peerPort}: another process has this port`,
    );
  });

  test("S20 data of another cluster, and damaged data, are one line each, and exit code 1", async () => {
    const run = await startServer("owned");
    for (const key of ["a", "b", "c"]) {
      await call(`http://127.0.0.1:${clientPort}`, "PUT", `/v1/kv/${key}`, { body: new Uint8Array(4096).fill(1) });
    }
    run.child.kill("SIGTERM");
    expect(await run.ended()).toBe(0);
    const foreign = [...flagsFor("owned"), "--members", `n1=127.0.0.1:${peerPort},n2=127.0.0.1:${otherPort}`];
    expect(await failsWith(foreign)).toMatch(/cluster/);

    const [segment = ""] = (await readdir(join(directory, "owned/log"))).filter((name) => name.endsWith(".log"));
    const file = await open(join(directory, "owned/log", segment), "r+");
    await file.write(Uint8Array.of(2), 0, 1, 6000);
    await file.close();
    expect(await failsWith(flagsFor("owned"))).toContain(segment);
  });

  test("SIGTERM: a request in flight is finished, nothing new is taken, exit code 0", async () => {
    await using run = await startServer("stopped");
    const socket = connect(clientPort, "127.0.0.1").setEncoding("utf8");
    let answer = "";
    socket.on("data", (text: string) => (answer += text));
    socket.write("PUT /v1/kv/late HTTP/1.1\r\nhost: localhost\r\ncontent-length: 4\r\n\r\nla");
    await once(socket, "ready");
    await call(`http://127.0.0.1:${clientPort}`, "GET", "/livez");
    run.child.kill("SIGTERM");
    await until("the port to be given up", () => isFree(clientPort));
    expect(run.child.exitCode).toBeNull();
    socket.write("te");
    expect(await run.ended()).toBe(0);
    expect(answer).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
    await using again = await startServer("stopped");
    expect((await call(`http://127.0.0.1:${clientPort}`, "GET", "/v1/kv/late")).text).toBe("late");
    again.child.kill("SIGINT");
    expect(await again.ended()).toBe(0);
  });

  test("F15 a disk that fails stops the node, with exit code 70; what was acknowledged is there afterwards", async () => {
    // No file may grow beyond 4 MiB: the log's next write fails.
    const limited = ["-c", 'ulimit -f 4096; exec "$0" "$@"', process.execPath, server, ...flagsFor("full")];
    await using run = Run.command("bash", limited);
    const origin = `http://127.0.0.1:${clientPort}`;
    const acknowledged: number[] = [];
    const outcomes = new Set<unknown>();
    for (let n = 0; run.child.exitCode === null; n += 1) {
      const reply = await call(origin, "PUT", `/v1/kv/${n}`, { body: new Uint8Array(131_072) }).catch(() => undefined);
      if (reply?.status === 200) acknowledged.push(n);
      else if (reply !== undefined) outcomes.add(problemIn(reply).outcome);
    }
    expect(await run.ended()).toBe(70);
    expect(run.stdout).toMatch(/STORAGE_FAILED/);
    expect(acknowledged.length).toBeGreaterThan(10);
    expect([...outcomes]).toContain("unknown");

    await using again = await startServer("full");
    for (const n of acknowledged) expect((await call(origin, "GET", `/v1/kv/${n}`)).status).toBe(200);
    again.child.kill("SIGTERM");
    expect(await again.ended()).toBe(0);
  });

  // Nothing can be written to this device, as to a file on a disk that is full; only Linux has it.
  test.runIf(existsSync("/dev/full"))(
    "F15 where its log cannot be written it serves all the same, and ends with exit code 70 when its disk fails",
    async () => {
      // No file may grow beyond 4 MiB: the log's next write fails.
      const limited = ["-c", 'ulimit -f 4096; exec "$0" "$@" > /dev/full', process.execPath, server];
      await using run = Run.command("bash", [...limited, ...flagsFor("mute"), "--log-level", "debug"]);
      const origin = `http://127.0.0.1:${clientPort}`;
      let acknowledged = 0;
      const body = new Uint8Array(131_072);
      await until("the node to serve, then to end", async () => {
        const reply = await call(origin, "PUT", "/v1/kv/x", { body }).catch(() => undefined);
        if (reply?.status === 200) acknowledged += 1;
        return run.child.exitCode !== null;
      });
      expect(await run.ended()).toBe(70);
      expect(acknowledged).toBeGreaterThan(2);
    },
  );

  test("a second signal ends it at once", async () => {
    await using run = await startServer("impatient");
    const socket = connect(clientPort, "127.0.0.1").on("error", () => undefined);
    socket.write("PUT /v1/kv/never HTTP/1.1\r\nhost: localhost\r\ncontent-length: 4\r\n\r\n");
    await once(socket, "ready");
    await call(`http://127.0.0.1:${clientPort}`, "GET", "/livez");
    run.child.kill("SIGTERM");
    await until("the port to be given up", () => isFree(clientPort));
    run.child.kill("SIGTERM");
    expect(await run.ended()).toBe(1);
  });
});
