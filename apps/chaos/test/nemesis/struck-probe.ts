import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { StruckProcess } from "../../src/check/record.ts";
import { fsync } from "../../src/nemesis/disk-faults.ts";
import { Ledger } from "../../src/nemesis/ledger.ts";
import { Stage } from "../../src/nemesis/stage.ts";
import { Node } from "../../src/nodes/node.ts";
import type { DiskCall } from "../../src/plan/fault.ts";

/*
 * Run as the first process of an enclosure: has calls of a faked server fail, and prints what is kept of it. Arguments: a
 * directory, the call, the file in the node's data, and what the server does about it.
 */

const [directory = "", call = "", file = "", onError = ""] = process.argv.slice(2);
const patienceMs = 1000;

const watcher = { gaveUp: () => undefined, ended: () => undefined };
const own = join(directory, "n1");
await mkdir(own, { recursive: true });
const faked = join(import.meta.dirname, "faked-server.ts");
const within = [
  process.execPath,
  faked,
  join(own, "data", file),
  onError === "is killed" ? "goes on" : onError,
] as const;
const node = new Node("n1", "", { within, flags: [], directory: own, compileCache: "" }, watcher);
await node.start();

const ledger = new Ledger(() => undefined, ["fsync"]);
const world = { nodes: [node], network: {} as never, links: [], disks: new Map(), leader: () => undefined };
const healing = new AbortController();
const stage = new Stage({ ...world, giveUpMsMax: patienceMs }, "fsync", ledger, healing.signal);
const fault = { type: "fsync", targets: [{ node: "n1" }], call: call as DiskCall, nth: 1, forMs: 20_000 } as const;
const over = fsync(fault, stage);
if (onError === "is killed") {
  while ((ledger.counts.fsync?.installed ?? 0) === 0) await stage.last(10);
  await node.kill();
}
// A write's time begins with the healing.
if (call === "write") setTimeout(() => healing.abort(), patienceMs);
await over;
const struck: readonly StruckProcess[] = ledger.struck;
process.stdout.write(JSON.stringify({ struck, installed: ledger.counts.fsync?.installed }));
process.exit(0);
