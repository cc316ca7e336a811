import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
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
