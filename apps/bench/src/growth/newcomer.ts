import { extname, join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { z } from "zod";
import type { Ground } from "../ground/ground.ts";
import { freePorts } from "../ground/ports.ts";
import { askJson } from "../systems/ask.ts";
import type { RunningNode } from "../systems/cluster.ts";

const HOST = "127.0.0.1";
const POLL_MS = 20;
const serverModule = join(import.meta.dirname, `../../../kv-server/src/main${extname(import.meta.filename)}`);

const statusSchema = z.object({
  appliedIndex: z.number(),
  members: z.array(z.object({ id: z.string(), voter: z.boolean() })),
});

/** A node that joins a cluster which runs. */
export interface Newcomer {
  readonly url: string;
  /** Resolves when it is a voter and has applied what the leader had applied by then; rejects when its process ends. */
  readonly joined: Promise<void>;
}

/** Starts it; the ground ends it. */
export async function startNewcomer(id: string, leader: RunningNode, ground: Ground): Promise<Newcomer> {
  const [peerPort, clientPort] = await freePorts(2);
  const url = `http://${HOST}:${clientPort}`;
  const flags = [
    ...["--id", id, "--data", join(ground.directory, `newcomer-${id}`), "--log-level", "warn"],
    ...["--peer-listen", `${HOST}:${peerPort}`, "--address", `${HOST}:${peerPort}`],
    ...["--client-listen", `${HOST}:${clientPort}`, "--join", leader.url],
  ];
  const stdio = ["ignore", "ignore", "inherit"] as const;
  const { ended } = ground.children.start(process.execPath, [serverModule, ...flags], { stdio: [...stdio] });
  let isOver = false;
  void ended.finally(() => (isOver = true)).catch(() => undefined);
  const joined = (async () => {
    while (!(await hasJoined(id, leader.url, url))) {
      ground.signal.throwIfAborted();
      if (isOver) throw new Error(`${id} has ended before it had joined`);
      await pause(POLL_MS);
    }
  })();
  return { url, joined };
}

async function hasJoined(id: string, leaderUrl: string, url: string): Promise<boolean> {
  const [leader, own] = await Promise.all(
    [leaderUrl, url].map(async (at) => statusSchema.safeParse(await askJson(`${at}/v1/status`)).data),
  );
  if (leader === undefined || own === undefined) return false;
  const isVoter = leader.members.some((member) => member.id === id && member.voter);
  return isVoter && own.appliedIndex >= leader.appliedIndex;
}
