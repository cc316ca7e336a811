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
  /** Reports, after this turn, that the link to `peer` broke or that messages to it were dropped. */
  reportUnreachable(peer: NodeId): void;
}
