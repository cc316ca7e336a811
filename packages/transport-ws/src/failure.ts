import type { TLSSocket } from "node:tls";
import type { NodeId } from "@quorate/raft-core";
import type { TroubleKind } from "./trouble.ts";

/** What is wrong with a certificate that was shown, and what helps, by OpenSSL's code. */
const flaws: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: "has expired: give that node a new one",
  CERT_NOT_YET_VALID: "does not count yet: are the clocks of both machines right?",
  CERT_REVOKED: "was revoked: give that node a new one",
  ...Object.fromEntries(
    [
      "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
      "UNABLE_TO_GET_ISSUER_CERT",
      "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
      "SELF_SIGNED_CERT_IN_CHAIN",
      "DEPTH_ZERO_SELF_SIGNED_CERT",
      "CERT_SIGNATURE_FAILURE",
    ].map((code) => [code, "was signed by none of the authorities in tls.ca of this node: give both nodes the same"]),
  ),
};

/** Why a connection to a peer could not be made, or has ended, for who has to mend it. */
export interface Failure {
  readonly kind: TroubleKind;
  readonly reason: string;
  /** It may be no more than that the peer is just starting or stopping. */
  readonly isPassing?: true;
}

/** What is wrong when a connection to `peer` ends with an error. */
export function failureOf(error: Error, peer: NodeId): Failure {
  const code = codeOf(error);
  const flaw = flaws[code];
  if (flaw !== undefined) return { kind: "tls", reason: `the certificate of "${peer}" ${flaw}` };
  if (/wrong.version.number|packet.length.too.long/i.test(`${code} ${error.message}`)) {
    return { kind: "tls", reason: "what answers there speaks no TLS: give every node of the cluster TLS" };
  }
  if (code === "ECONNRESET") {
    const reason =
      "cut off before it answered: the log of the node there says why, if it wants TLS or another certificate";
    return { kind: "unreachable", reason };
  }
  // As `ws` puts it.
  const status = /^Unexpected server response: (\d{3})$/.exec(error.message)?.[1];
  if (status !== undefined) return answerOf(Number(status));
  return { kind: "unreachable", reason: error.message.trim() };
}

/** What it means that a connection was not made because the other side answers with a status of HTTP. */
export function answerOf(status: number | undefined): Failure {
  const reason = `it answers ${status}`;
  if (status === 503) return { kind: "unreachable", reason: `${reason}: it has not started yet`, isPassing: true };
  if (status !== 404) return { kind: "unreachable", reason };
  const what = "it is just starting or stopping, or it is no node; is the address right?";
  return { kind: "unreachable", reason: `${reason}: ${what}`, isPassing: true };
}

/** Why somebody who dialled was not let in by TLS; undefined where it has only hung up. */
export function refusalText(error: Error, socket: TLSSocket): string | undefined {
  const { authorizationError } = socket;
  if (authorizationError) {
    const code = String(authorizationError);
    // Also Node's word for that there was none. Whose it was is not known any more: the connection is gone.
    if (code === "UNABLE_TO_GET_ISSUER_CERT") return "it showed no certificate of an authority in tls.ca of this node";
    return `the certificate that it showed ${flaws[code] ?? `does not count: ${code}`}`;
  }
  const code = codeOf(error);
  if (code === "ECONNRESET") return undefined;
  if (/http.request|wrong.version.number/i.test(`${code} ${error.message}`)) {
    return "it speaks no TLS: give every node of the cluster TLS";
  }
  return `TLS failed: ${error.message.trim()}`;
}

function codeOf(error: Error): string {
  return "code" in error ? String(error.code) : "";
}
