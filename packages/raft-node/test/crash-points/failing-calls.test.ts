import { RaftError, type SnapshotPolicy, seededRandom } from "@quorate/raft-core";
import { type DiskCall, MemoryFileSystem, durableImage } from "@quorate/testing";
import { describe, expect, test } from "vitest";
import { RaftNode } from "../../src/index.ts";
import { PlayedTransport } from "../support/played-transport.ts";
import { TextMachine, text } from "../support/text-machine.ts";
import { VirtualClock } from "../support/virtual-clock.ts";
import { openDisk } from "./recorded-life.ts";

type Node = RaftNode<number, number, readonly string[]>;

const everyThree: SnapshotPolicy = ({ entries }) => entries >= 3;
const LINES = Array.from({ length: 9 }, (_, at) => `line ${at} ${"x".repeat(60)}`);

const codeOf = (error: unknown): string => (error instanceof RaftError ? error.code : String(error));

/** A node that is its own majority, and so leads as soon as its vote for itself is durable. */
async function open(clock: VirtualClock, fileSystem: MemoryFileSystem): Promise<Node> {
  return RaftNode.open({
    ...(await openDisk(fileSystem)),
    id: "n1",
    members: [{ id: "n1", address: "one.example" }],
    transport: new PlayedTransport(),
    stateMachine: new TextMachine(),
    clock,
    random: seededRandom(3),
    snapshotPolicy: everyThree,
    trailingEntries: 0,
  });
}

interface Life {
  readonly fileSystem: MemoryFileSystem;
  readonly failed: DiskCall | undefined;
  readonly acknowledged: readonly string[];
  /** Why the node has stopped, if it has. */
  readonly stopped: string | undefined;
}

interface Fault {
  readonly code: string;
  readonly isLasting: boolean;
}

async function live(failingCall: number, { code, isLasting }: Fault): Promise<Life> {
  const fileSystem = new MemoryFileSystem();
  const clock = new VirtualClock();
  let failed: DiskCall | undefined;
  let number = 0;
  fileSystem.onCall = (call) => {
    number += 1;
    if (number !== failingCall && !(isLasting && number > failingCall)) return undefined;
    failed ??= call;
    const writtenBytes = call.type === "write" ? Math.floor(call.bytes.length / 2) : 0;
    return { error: Object.assign(new Error(`${code}: made to fail`), { code }), writtenBytes };
  };
  const node = await clock.during(open(clock, fileSystem)).catch((error: unknown) => codeOf(error));
  if (typeof node === "string") return { fileSystem, failed, acknowledged: [], stopped: node };
  await clock.until(() => node.status().role === "leader" || node.status().failed !== undefined, "it leads, or stops");
  const acknowledged: string[] = [];
  for (const line of LINES) {
    const outcome = await clock.during(node.propose(text(line))).catch((error: unknown) => codeOf(error));
    const stopped = node.status().failed?.code;
    if (typeof outcome === "number") acknowledged.push(line);
    else expect(["OUTCOME_UNKNOWN", "STORAGE_FAILED"]).toContain(outcome);
    if (stopped === undefined) continue;
    await expect(clock.during(node.propose(text("later")))).rejects.toMatchObject({ code: "STORAGE_FAILED" });
    await expect(clock.during(node.read(0))).rejects.toMatchObject({ code: "STORAGE_FAILED" });
    expect(node.status().role).not.toBe("leader");
    break;
  }
  const stopped = node.status().failed?.code;
  await clock.during(node.close().catch((error: unknown) => expect(codeOf(error)).toBe("STORAGE_FAILED")));
  expect(fileSystem.held).toBe(0);
  return { fileSystem, failed, acknowledged, stopped };
}

/** What the next life of the node has. */
async function linesIn(image: MemoryFileSystem["image"]): Promise<readonly string[]> {
  const clock = new VirtualClock();
  const node = await clock.during(open(clock, new MemoryFileSystem(image)));
  await clock.until(() => node.status().role === "leader", "it leads");
  await clock.during(node.propose(text("with a new disk")));
  const lines = await clock.during(node.read(0));
  await clock.during(node.close());
  return lines.slice(0, -1);
}

describe("F14 F15 F16 P43 P44 P46: whichever call to the file system fails", () => {
  test.each<Fault>([
    { code: "EIO", isLasting: false },
    { code: "EIO", isLasting: true },
    { code: "ENOSPC", isLasting: false },
    { code: "ENOSPC", isLasting: true },
  ])(
    "$code, lasting: $isLasting: the node stops for good, or its snapshot waits; what it acknowledged its next life has",
    { timeout: 60_000 },
    async (fault) => {
      const endings = new Map<string, number>();
      for (let failing = 1; ; failing += 1) {
        const { fileSystem, failed, acknowledged, stopped } = await live(failing, fault);
        if (failed === undefined) break;
        if (stopped === undefined) expect(acknowledged).toEqual(LINES);
        else expect(stopped).toBe("STORAGE_FAILED");
        const ending = stopped ?? "goes on";
        endings.set(ending, (endings.get(ending) ?? 0) + 1);
        for (const image of [fileSystem.image, durableImage(new Map(), fileSystem.calls)]) {
          const lines = await linesIn(image);
          expect(lines.slice(0, acknowledged.length)).toEqual(acknowledged);
          expect(lines).toEqual(LINES.slice(0, lines.length));
          expect(lines.length - acknowledged.length).toBeLessThanOrEqual(1);
        }
      }
      console.info(`${fault.code}, lasting: ${fault.isLasting}:`, Object.fromEntries(endings));
      expect(endings.get("STORAGE_FAILED")).toBeGreaterThan(20);
    },
  );
});
