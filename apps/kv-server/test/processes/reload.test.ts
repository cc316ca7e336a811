import { execFile } from "node:child_process";
import { constants } from "node:fs";
import { type FileHandle, mkdtemp, open, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { freePorts } from "./ports.ts";
import { Run, server } from "./run.ts";
import { until } from "./until.ts";

test(
  "SIGHUP has the secret read again, and what cannot be used is logged; the process goes on",
  { timeout: 60_000 },
  async () => {
    const directory = await mkdtemp(join(tmpdir(), "quorate-reload-"));
    const [clientPort, peerPort] = await freePorts(2);
    const file = join(directory, "secret");
    await writeFile(file, "the first secret of them all\n");
    await using run = Run.start(server, [
      ...["--id", "n1", "--bootstrap", "--members", `n1=127.0.0.1:${peerPort}`, "--data", join(directory, "data")],
      ...["--client-listen", `127.0.0.1:${clientPort}`, "--peer-secret-file", file],
    ]);
    const logs = (text: string): Promise<true> => until(`the log to say: ${text}`, () => run.stdout.includes(text));
    await logs('"serving"');
    await writeFile(file, "the second secret of them all\nthe first secret of them all\n");
    run.child.kill("SIGHUP");
    await logs("have been read again");
    await writeFile(file, "short\n");
    run.child.kill("SIGHUP");
    await logs("the former ones still count");
    expect(run.stdout).not.toContain("secret of them all");
    run.child.kill("SIGTERM");
    expect(await run.ended()).toBe(0);
    await rm(directory, { recursive: true });
  },
);

test("SIGHUP while the node is starting has them read again as soon as it has", { timeout: 60_000 }, async () => {
  const directory = await mkdtemp(join(tmpdir(), "quorate-reload-"));
  const [clientPort, peerPort] = await freePorts(2);
  const file = join(directory, "secret");
  await promisify(execFile)("mkfifo", [file]);
  await using run = Run.start(server, [
    ...["--id", "n1", "--bootstrap", "--members", `n1=127.0.0.1:${peerPort}`, "--data", join(directory, "data")],
    ...["--client-listen", `127.0.0.1:${clientPort}`, "--peer-secret-file", file],
  ]);
  let pipe: FileHandle | undefined;
  await until("the node to read its secret", async () => {
    // Only once somebody reads can it be opened for writing.
    pipe = await open(file, constants.O_WRONLY | constants.O_NONBLOCK).catch(() => undefined);
    return pipe !== undefined;
  });
  await rm(file);
  await writeFile(file, "the second secret of them all\n");
  run.child.kill("SIGHUP");
  await pipe?.writeFile("the first secret of them all\n");
  await pipe?.close();
  await until("it to be read again", () => run.stdout.includes("have been read again"));
  run.child.kill("SIGTERM");
  expect(await run.ended()).toBe(0);
  await rm(directory, { recursive: true });
});
