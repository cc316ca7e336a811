import type { TLSSocket } from "node:tls";
import type { NodeId } from "@quorate/raft-core";

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

/** Why a connection to `peer` could not be made, for who has to mend it. */
export function failureText(error: Error, peer: NodeId): string {
  const code = codeOf(error);
  const flaw = flaws[code];
  if (flaw !== undefined) return `the certificate of "${peer}" ${flaw}`;
  if (/wrong.version.number|packet.length.too.long/i.test(`${code} ${error.message}`)) {
    return "what answers there speaks no TLS: give every node of the cluster TLS";
  }
  if (code === "ECONNRESET") {
    return "cut off before it answered: the log of the node there says why, if it wants TLS or another certificate";
  }
  return error.message.trim();
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
