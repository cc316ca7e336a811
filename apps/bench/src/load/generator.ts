import { writeFile } from "node:fs/promises";
import { createInterface } from "node:readline";
import type { LoadJob, LoadMessage } from "./job.ts";
import { keyOf, openClients, operationOf, putOf } from "./operations.ts";
import { LoadRecord, closedLoop, openLoop } from "./record.ts";

const progressEveryMs = 250;

/** Of a put that prepares. */
const triesMax = 5;

await main(JSON.parse(process.argv[2] ?? "") as LoadJob);

/** The load on kv-servers: see `job.ts`. */
async function main(job: LoadJob): Promise<void> {
  const stop = new AbortController();
  const gone = Promise.withResolvers<void>();
  const go = Promise.withResolvers<void>();
  createInterface({ input: process.stdin })
    .on("line", (line) => (line === "go" ? go.resolve() : stop.abort()))
    .on("close", () => gone.resolve());
  const perform = await prepare(job);
  say({ type: "ready" });
  await go.promise;
  const record = new LoadRecord();
  const { clients: callers, total, paceMs } = job;
  const timer = setInterval(() => say(progressOf(record)), progressEveryMs);
  if (paceMs === undefined) await closedLoop(perform, { callers, total, record });
  else await openLoop(perform, { paceMs, signal: stop.signal, record });
  clearInterval(timer);
  say(progressOf(record));
  await writeFile(job.samples, record.samples.bytes());
  say({ type: "done", errors: record.errors });
  await gone.promise;
  process.exit(0);
}

async function prepare(job: LoadJob): Promise<ReturnType<typeof operationOf>> {
  const clients = openClients(job);
  const put = putOf(job, clients);
  const perform = operationOf(job, clients);
  const fill = async (caller: number, number: number): Promise<undefined> => {
    for (let tries = 1; ; tries += 1) {
      try {
        await put(caller, keyOf(number));
        return undefined;
      } catch (error) {
        // A busy machine may elect another leader at any time; to put it twice does no harm.
        if (tries === triesMax) throw error;
      }
    }
  };
  await closedLoop(fill, { callers: job.preparers, total: job.keys, record: new LoadRecord() });
  await closedLoop(perform, { callers: job.clients, total: job.warmUp, record: new LoadRecord() });
  return perform;
}

function progressOf({ done, failed, acknowledgedUs }: LoadRecord): LoadMessage {
  return { type: "progress", done, errors: failed, acknowledgedUs };
}

function say(message: LoadMessage): void {
  process.stdout.write(`${JSON.stringify(message)}\n`);
}
