import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { appendFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { linkPort, nodeAddress, pairAddress, peerPort } from "../../src/world/addresses.ts";
import { Link } from "../../src/world/link.ts";
import { Network } from "../../src/world/network.ts";
import { SmallDisk } from "../../src/world/small-disk.ts";
import { TamperedCalls } from "../../src/world/tampered-calls.ts";

/* Run as the first process of an enclosure: does to two small processes what a run does to servers, and tells what it saw. */

interface Message {
  readonly type: string;
  readonly [field: string]: unknown;
}

const waitMsMax = 20_000;
/** Whatever is under way when a fault begins has arrived by then. */
const settleMs = 300;

class Peer {
  readonly pid: number;
  readonly said: Message[] = [];
  readonly #child: ChildProcess;

  constructor(within: readonly string[], args: readonly string[]) {
    const [command = "", ...rest] = [...within, process.execPath, join(import.meta.dirname, "peer.ts"), ...args];
    this.#child = spawn(command, rest, { stdio: ["ignore", "inherit", "inherit", "ipc"] });
    this.#child.on("message", (message) => this.said.push(message as Message));
    this.pid = this.#child.pid ?? 0;
  }

  count(type: string): number {
    return this.said.filter((message) => message.type === type).length;
  }

  /** Waits until it says one more of these, and returns that. */
  async next(type: string): Promise<Message> {
    const from = this.said.length;
    const endMs = performance.now() + waitMsMax;
    for (;;) {
      const found = this.said.slice(from).find((message) => message.type === type);
      if (found !== undefined) return found;
      if (performance.now() > endMs) throw new Error(`waited in vain for "${type}"`);
      await pause(5);
    }
  }
}

const directory = process.argv[2] ?? "";
const facts: Record<string, unknown> = {};

const network = await Network.create(["n1", "n2"], { canCut: true });
const link = await Link.open("n1", "n2");
const echo = new Peer(Network.within("n2"), ["echo", nodeAddress(2), String(peerPort)]);
await echo.next("ready");
const talk = new Peer(Network.within("n1"), ["talk", pairAddress(1, 2), String(linkPort(1, 2))]);
facts["plain"] = await talk.next("back");

async function during(cut: readonly [string, string]): Promise<{ readonly got: number; readonly back: number }> {
  await network.cut([cut]);
  await network.cut([cut]); // Two faults that cut the same: only both together mend it.
  await network.mend([cut]);
  const got = echo.count("got");
  const back = talk.count("back");
  await pause(settleMs);
  const seen = { got: echo.count("got") - got, back: talk.count("back") - back };
  await network.mend([cut]);
  await talk.next("back");
  return seen;
}

facts["cut there"] = await during(["n1", "n2"]);
facts["cut back"] = await during(["n2", "n1"]);

const quicken = link.worsen({ delayMs: 150 });
await talk.next("back");
await pause(settleMs);
facts["slow"] = await talk.next("back");
quicken();
await pause(settleMs);

const breakOff = link.swallow();
await pause(settleMs / 3);
const before = talk.count("back");
await pause(settleMs);
facts["half-open"] = { back: talk.count("back") - before, closed: talk.count("closed") };
breakOff();
facts["broken"] = await talk.next("closed");

const disk = await SmallDisk.mount(join(directory, "small"));
const file = join(directory, "small", "file");
const write = (): Promise<string> => appendFile(file, Buffer.alloc(64 * 1024)).then(() => "written", String);
facts["roomy"] = await write();
facts["filled"] = (await disk.fill()) > 0 && (await disk.availableBytes()) === 0;
facts["full"] = await write();
await disk.free();
facts["freed"] = await write();

const sync = new Peer([], ["sync", join(directory, "synced")]);
await sync.next("synced");
for (const [call, name] of [
  ["fdatasync", "sync fails"],
  ["write", "write fails"],
] as const) {
  const failing = new TamperedCalls({ pid: sync.pid, calls: [call], tampering: { type: "fail", nth: 2 } });
  const failed = sync.next("failed");
  facts[name] = { hit: await failing.firstHit, failed: await failed };
  await failing.stop();
}
const slowed = new TamperedCalls({ pid: sync.pid, calls: ["fdatasync"], tampering: { type: "delay", ms: 250 } });
await slowed.firstHit;
await sync.next("synced"); // The one whose delay has been seen.
facts["sync is slow"] = await sync.next("synced");
await slowed.stop();
await sync.next("synced");
facts["afterwards"] = await sync.next("synced");
process.stdout.write(`${JSON.stringify(facts)}\n`);
process.exit(0);
