/** Slow enough for a machine that is busy with something else. */
export const stallTiming = { electionTimeoutMinMs: 800, electionTimeoutMaxMs: 1_200, heartbeatIntervalMs: 80 } as const;
