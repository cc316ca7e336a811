import type { Clock, LimitedLog, Logger, NodeId, Random } from "@quorate/raft-core";
import type { Closer } from "./closer.ts";
import type { Identity } from "./handshake.ts";
import type { WsTransportLimits } from "./options.ts";
import type { Counters } from "./stats.ts";

/** What every connection of a transport shares. */
export interface Context {
  readonly self: Identity;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly limitedLog: LimitedLog;
  readonly limits: WsTransportLimits;
  readonly counters: Counters;
  readonly closer: Closer;
  /** Counts messages to `peer` that were dropped here, and reports it. */
  dropped(peer: NodeId, messages: number): void;
  /** Reports, after this turn, that the link to `peer` broke or that messages to it were dropped. */
  reportUnreachable(peer: NodeId): void;
}
