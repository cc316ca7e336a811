import type { Random } from "@quorate/raft-core";

/** The platform's own randomness, seeded anew in every process. The default of `RaftNode`; not for secrets. */
export const systemRandom: Random = { next: () => Math.random() };
