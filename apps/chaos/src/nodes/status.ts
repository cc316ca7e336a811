import { request } from "undici";
import { z } from "zod";

const statusTimeoutMs = 1000;

export interface NodeStatus {
  readonly role: string;
  readonly term: number;
  readonly appliedIndex: number;
  readonly members: readonly {
    readonly id: string;
    readonly voter: boolean;
    readonly incarnation?: string | number | undefined;
  }[];
}

const statusSchema = z.object({
  role: z.string(),
  term: z.number(),
  appliedIndex: z.number(),
  members: z.array(
    z.object({ id: z.string(), voter: z.boolean(), incarnation: z.union([z.string(), z.number()]).optional() }),
  ),
});

/** What a node says of itself; undefined where it says nothing in time. */
export async function statusOf(url: string): Promise<NodeStatus | undefined> {
  try {
    const response = await request(`${url}/v1/status`, { signal: AbortSignal.timeout(statusTimeoutMs) });
    return statusSchema.parse(await response.body.json());
  } catch {
    return undefined; // Down, paused or cut off: for whoever looks on, it is the same.
  }
}
