import { z } from "zod";
import { askJson } from "../systems/ask.ts";

/** What a server says of itself, as far as it matters to something that grows. */
export interface GrownNodeStatus {
  readonly appliedIndex: number;
  /** Of the last entry that its snapshot has; 0 where there is none. */
  readonly snapshotIndex: number;
  readonly members: readonly { readonly id: string; readonly voter: boolean }[];
}

const statusSchema = z.object({
  appliedIndex: z.number(),
  snapshotIndex: z.number(),
  members: z.array(z.object({ id: z.string(), voter: z.boolean() })),
});

/** Undefined where it says nothing in time. */
export async function statusAt(url: string): Promise<GrownNodeStatus | undefined> {
  return statusSchema.safeParse(await askJson(`${url}/v1/status`)).data;
}
