/** A frame's first element. Kinds from here on may be ignored by who does not know them; others must be known. */
export const IGNORABLE_KIND = 64;

/** Kinds 16 to 63 are kept for streams: watches, sessions, leases. */
export const clientKind = { hello: 0, command: 1, query: 2, status: 3, cancel: 4, ping: 5 } as const;
export const serverKind = { welcome: 0, result: 1, failure: 2, cluster: 3, goodbye: 4, pong: 5 } as const;
