import type { Member } from "@quorate/raft-core";
import { z } from "zod";

/** What a cluster says of itself, as far as a node that is to join it has to know. */
export interface ClusterView {
  readonly clusterId: string;
  readonly members: readonly (Member & { readonly voter: boolean; readonly incarnation?: number | undefined })[];
  /** What a change that is under way leads to. */
  readonly change: { readonly voters: readonly string[] } | null;
}

const memberSchema = z.object({
  id: z.string(),
  address: z.string(),
  voter: z.boolean(),
  incarnation: z.number().optional(),
});

const viewSchema: z.ZodType<ClusterView> = z.object({
  clusterId: z.string().min(1),
  members: z.array(memberSchema).min(1),
  change: z.object({ voters: z.array(z.string()) }).nullable(),
});

const problemSchema = z.object({ code: z.string(), detail: z.string() });

/** What a node answered instead of doing what it was asked. */
export class ClusterRefusal extends Error {
  readonly code: string;

  constructor(code: string, detail: string) {
    super(`${code}: ${detail}`);
    this.name = "ClusterRefusal";
    this.code = code;
  }
}

export interface ClusterClientOptions {
  readonly requestTimeoutMs: number;
  /** How much longer a change may take that waits for a node to catch up. */
  readonly catchUpTimeoutMs: number;
}

/** The server gives up first, and says why. */
const answerTimeMs = 1000;

/** Speaks with a cluster through the HTTP interface of one of its nodes, as an operator would. */
export class ClusterClient {
  readonly url: string;
  readonly #viewTimeoutMs: number;
  readonly #changeTimeoutMs: number;

  constructor(url: string, { requestTimeoutMs, catchUpTimeoutMs }: ClusterClientOptions) {
    this.url = url.replace(/\/$/, "");
    this.#viewTimeoutMs = requestTimeoutMs;
    this.#changeTimeoutMs = requestTimeoutMs + catchUpTimeoutMs + answerTimeMs;
  }

  async view(signal?: AbortSignal): Promise<ClusterView> {
    const { success, data } = viewSchema.safeParse(await this.#ask("GET", "", undefined, signal));
    if (!success) throw new ClusterRefusal("NOT_FOUND", `what answers at ${this.url} is no quorate-server`);
    return data;
  }

  async addLearner(member: Member, signal: AbortSignal): Promise<void> {
    await this.#ask("POST", "", { ...member, learner: true }, signal);
  }

  async promote(id: string, signal: AbortSignal): Promise<void> {
    await this.#ask("POST", `/${encodeURIComponent(id)}/promote`, undefined, signal);
  }

  async readdress({ id, address }: Member, signal: AbortSignal): Promise<void> {
    await this.#ask("PUT", `/${encodeURIComponent(id)}/address`, { address }, signal);
  }

  async #ask(method: string, path: string, body: unknown, signal: AbortSignal | undefined): Promise<unknown> {
    const timeout = AbortSignal.timeout(method === "GET" ? this.#viewTimeoutMs : this.#changeTimeoutMs);
    const response = await fetch(`${this.url}/v1/cluster/members${path}`, {
      method,
      signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const answer: unknown = await response.json();
    if (response.ok) return answer;
    throw refusalIn(answer, response.status);
  }
}

/** What stands in an answer that is not the one hoped for. */
export function refusalIn(answer: unknown, status: number): ClusterRefusal {
  const { success, data } = problemSchema.safeParse(answer);
  return success ? new ClusterRefusal(data.code, data.detail) : new ClusterRefusal("NOT_FOUND", `status ${status}`);
}

/** What an error says, the reason that `fetch` hides in its cause included. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error && error.message === "fetch failed" ? reasonOf(error.cause) : error.message;
}
