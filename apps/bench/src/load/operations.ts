import { ClientError, KvClient } from "@quorate/client";
import type { Consistency } from "@quorate/client";
import { WebSocket } from "ws";
import type { Scenario } from "../cli/settings.ts";
import type { LoadJob } from "./job.ts";

/** Performs one operation on the connection of a caller; resolves with its code where it has failed. */
export type Operation = (caller: number, number: number) => Promise<string | undefined>;

/** A get of a key that is there has found nothing. */
const missing = "MISSING";

const consistencies: Readonly<Record<Exclude<Scenario, "put">, Consistency>> = {
  get: "linearizable",
  "lease-get": "lease",
  "stale-get": "stale",
  mixed: "linearizable",
};

export function keyOf(number: number): string {
  return `key-${String(number).padStart(8, "0")}`;
}

/** One client for each connection. Reads that any node may answer are spread over all; the rest is at home with the leader. */
export function openClients({ endpoints, connections, scenario, timeoutMs }: LoadJob): readonly KvClient[] {
  return Array.from({ length: connections }, (_, i) => {
    const one = endpoints[i % endpoints.length] ?? "";
    const where = scenario === "stale-get" ? { endpoints: [one], followLeader: false } : { endpoints };
    return KvClient.open({ ...where, timeoutMs, webSocket: WebSocket });
  });
}

export function putOf(
  { valueBytes }: LoadJob,
  clients: readonly KvClient[],
): (caller: number, key: string) => Promise<void> {
  const value = new Uint8Array(valueBytes).fill("x".charCodeAt(0));
  return async (caller, key) => void (await clients[caller % clients.length]?.put(key, value));
}

/** The operation of the job's scenario, on a key at random. */
export function operationOf(job: LoadJob, clients: readonly KvClient[]): Operation {
  const { scenario, keys } = job;
  const put = putOf(job, clients);
  const randomKey = (): string => keyOf(Math.floor(Math.random() * keys));
  const putRandom: Operation = (caller) => outcomeOf(put(caller, randomKey()));
  if (scenario === "put") return putRandom;
  const consistency = consistencies[scenario];
  const get: Operation = async (caller) => {
    let isFound = true;
    const failure = await outcomeOf(
      (async () => {
        const answer = await clients[caller % clients.length]?.get(randomKey(), { consistency });
        isFound = answer?.kv !== undefined;
      })(),
    );
    return failure ?? (isFound ? undefined : missing);
  };
  if (scenario !== "mixed") return get;
  return (caller, number) => (number % 2 === 0 ? putRandom(caller, number) : get(caller, number));
}

async function outcomeOf(done: Promise<void>): Promise<string | undefined> {
  try {
    await done;
    return undefined;
  } catch (error) {
    if (error instanceof ClientError) return error.code;
    throw error;
  }
}
