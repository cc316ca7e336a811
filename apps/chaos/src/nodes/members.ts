import { request } from "undici";
import { z } from "zod";
import { nodeAddress, numberOf, peerPort } from "../world/addresses.ts";
import { pauseUnless } from "../world/pause-unless.ts";
import { catchUpTimeoutMs, requestTimeoutMs } from "./cluster.ts";
import type { Node } from "./node.ts";

/** What a node is to the cluster. */
export type Standing = "voter" | "learner" | "outsider";

const pollMs = 200;
/** Longer than a server tries, so that no change is under way any more when the next one is asked for. */
const askTimeoutMs = requestTimeoutMs + catchUpTimeoutMs + 1000;

const membersSchema = z.object({ members: z.array(z.object({ id: z.string(), voter: z.boolean() })) });

interface Ask {
  readonly method: "GET" | "POST" | "DELETE";
  readonly path: string;
  readonly body?: string;
}

/**
 * Asks for changes until the node stands so, as the whole cluster sees it; `signal` ends that. Resolves with whether it does.
 * What becomes of a single change does not matter: the next one is asked for by what has come of it.
 */
export async function bring(nodes: readonly Node[], id: string, to: Standing, signal: AbortSignal): Promise<boolean> {
  for (let turn = 0; !signal.aborted; turn++) {
    // One that stands still would carry out later what it is told now.
    const able = nodes.filter(({ isUp, isPaused }) => isUp && !isPaused);
    const asked = able[turn % Math.max(1, able.length)];
    const standing = asked && (await standingOf(asked.url, id));
    if (standing === to) return true;
    if (asked !== undefined && standing !== undefined) await ask(asked.url, changeTo(to, id, standing));
    await pauseUnless(signal, pollMs);
  }
  return false;
}

/** Undefined where that node cannot tell. */
async function standingOf(url: string, id: string): Promise<Standing | undefined> {
  const text = await ask(url, { method: "GET", path: "" });
  if (text === undefined) return undefined;
  const found = membersSchema.parse(JSON.parse(text)).members.find((member) => member.id === id);
  if (found === undefined) return "outsider";
  return found.voter ? "voter" : "learner";
}

function changeTo(to: Standing, id: string, from: Standing): Ask {
  if (to === "outsider") return { method: "DELETE", path: `/${id}` };
  if (from !== "outsider") return { method: "POST", path: `/${id}/${to === "voter" ? "promote" : "demote"}` };
  const address = `${nodeAddress(numberOf(id))}:${peerPort}`;
  return { method: "POST", path: "", body: JSON.stringify({ id, address, learner: to === "learner" }) };
}

/** What it answers where it does so with 200; undefined where it refuses, or does not answer. */
async function ask(url: string, { path, ...rest }: Ask): Promise<string | undefined> {
  try {
    const signal = AbortSignal.timeout(askTimeoutMs);
    const response = await request(`${url}/v1/cluster/members${path}`, { ...rest, signal });
    const text = await response.body.text();
    return response.statusCode === 200 ? text : undefined;
  } catch (error) {
    // The node is down, cut off or stands still; whoever asks goes on to the next one.
    if (error instanceof Error) return undefined;
    throw error;
  }
}
