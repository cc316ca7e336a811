import type { Clock, LimitedLog, Logger, NodeId, Random } from "@quorate/raft-core";
import type { Closer } from "./closer.ts";
import type { Credentials } from "./credentials.ts";
import type { Identity } from "./handshake.ts";
import type { WsTransportLimits } from "./options.ts";
import type { Counters } from "./stats.ts";
import type { RefusalKind, Remedies, TroubleKind } from "./trouble.ts";

export interface Refused {
  /** As which it is counted. */
  readonly kind: RefusalKind;
  /** What kind of trouble it is, where that is not the same. */
  readonly trouble?: TroubleKind;
  readonly reason: string;
  /** Where it came from. */
  readonly from: string;
  /** Who it said it was, if it came to that. */
  readonly peer?: NodeId | undefined;
}

/** What every connection of a transport shares. */
export interface Context {
  readonly self: Identity;
  /** Of this process. */
  readonly instance: string;
  /** Those that count now: they may be changed. */
  readonly credentials: () => Credentials;
  /** For the next connection that this node makes. */
  readonly nextEpoch: () => number;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly limitedLog: LimitedLog;
  readonly limits: WsTransportLimits;
  readonly remedies: Remedies;
  readonly counters: Counters;
  readonly closer: Closer;
  /** Warns, once, where what nodes say can be read on its way to or from `host`. */
  warnIfReadable(host: string | undefined): void;
  /** Counts a connection that was turned away, and logs it at a bounded rate. */
  refused(refusal: Refused): void;
  /** Counts messages to `peer` that were dropped here, and reports it. */
  dropped(peer: NodeId, messages: number): void;
  /** Reports, after this turn, that the link to `peer` broke or that messages to it were dropped. */
  reportUnreachable(peer: NodeId): void;
}
