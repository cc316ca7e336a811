import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { Ground } from "../ground/ground.ts";
import { freePorts } from "../ground/ports.ts";
import type { RunningNode } from "../systems/cluster.ts";
import { serverProcess } from "../systems/quorate.ts";
import { statusAt } from "./node-status.ts";
import { CATCH_UP_TIMEOUT_MS } from "./restarts.ts";

const HOST = "127.0.0.1";
const POLL_MS = 20;

/** A node that joins a cluster which runs. */
export interface Newcomer {
  readonly url: string;
  /** Resolves when it is a voter and has applied what the leader had applied by then; rejects when its process ends or it takes ten minutes. */
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
  const { command, args, environment: env } = serverProcess(flags, join(ground.directory, "compiled"));
  const { ended } = ground.children.start(command, args, { stdio: [...stdio], env });
  let isOver = false;
  void ended.finally(() => (isOver = true)).catch(() => undefined);
  const untilMs = performance.now() + CATCH_UP_TIMEOUT_MS;
  const joined = (async () => {
    /** Of the leader, when it first said that the newcomer is a voter. */
    let wantedIndex: number | undefined;
    for (;;) {
      const [known, own] = await Promise.all([statusAt(leader.url), statusAt(url)]);
      const isVoter = known?.members.some((member) => member.id === id && member.voter) ?? false;
      if (isVoter) wantedIndex ??= known?.appliedIndex;
      if (own !== undefined && wantedIndex !== undefined && own.appliedIndex >= wantedIndex) return;
      ground.signal.throwIfAborted();
      if (isOver) throw new Error(`${id} has ended before it had joined`);
      if (performance.now() > untilMs) throw new Error(`${id} has not joined within ${CATCH_UP_TIMEOUT_MS} ms`);
      await pause(POLL_MS);
    }
  })();
  return { url, joined };
}
