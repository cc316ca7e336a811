import type { NodeId } from "@quorate/raft-core";

/** Why a connection was turned away. `notOurs`: it asked for what is not here, or before this node had started. */
export const refusalKinds = [
  "notOurs",
  "wrongVersion",
  "wrongCluster",
  "wrongNode",
  "unauthenticated",
  "handshakeTimeout",
  "overloaded",
  "replaced",
  "duplicate",
] as const;

export type RefusalKind = (typeof refusalKinds)[number];

/**
 * Why two nodes do not come together: a refusal, a TLS connection that came to nothing, or that nobody answers there.
 * `unauthenticated` is the secret alone here, `tls` whatever is wrong with certificates.
 */
export type TroubleKind = RefusalKind | "tls" | "unreachable";

/** The same for who has to mend it. */
export interface Trouble {
  readonly kind: TroubleKind;
  readonly reason: string;
  /** As the application puts it, which knows its own settings: see `remedies` in the options. */
  readonly remedy?: string;
}

/** A connection to this node that was turned away. */
export interface Rejection extends Trouble {
  /** Where it came from, and who it said it was, if it came to that: nobody has proved either. */
  readonly from: string;
  readonly peer?: NodeId;
  readonly agoMs: number;
}

/** What an application would have its operator do about each kind. */
export type Remedies = Readonly<Partial<Record<TroubleKind, string>>>;

/** The remedy, if there is one, as a field. */
export function remedyFor(kind: TroubleKind, remedies: Remedies): { readonly remedy?: string } {
  const remedy = remedies[kind];
  return remedy === undefined ? {} : { remedy };
}
