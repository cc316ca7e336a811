import { X509Certificate, createPrivateKey } from "node:crypto";
import type { NodeId } from "@quorate/raft-core";
import { type TlsCredentials, namesIn, quoted } from "./tls.ts";

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

function certificatesIn(pem: string): readonly X509Certificate[] {
  return (pem.match(CERTIFICATE) ?? []).map((text) => new X509Certificate(text));
}

/** Why no peer would believe what this node shows, as far as that can be told here; undefined where nothing is wrong. */
export function flawOf({ cert, key, ca }: TlsCredentials, self: NodeId): string | undefined {
  const [own, ...chain] = certificatesIn(cert);
  if (!own) return "tls.cert holds no certificate";
  if (!own.checkPrivateKey(createPrivateKey(key))) return "tls.key is not the key of tls.cert; give both of one making";
  const names = namesIn(own.toLegacyObject());
  if (!names.includes(self)) {
    return `tls.cert is the certificate of ${quoted(names)}, not of "${self}"; give this node its own`;
  }
  return flawOfPath(own, chain, certificatesIn(ca));
}

/** Whether `own` leads to an authority, and everything on the way there counts now. */
function flawOfPath(
  own: X509Certificate,
  chain: readonly X509Certificate[],
  authorities: readonly X509Certificate[],
): string | undefined {
  const left = new Set(chain);
  for (let current = own; ;) {
    const flaw = flawOfDates(current, current === own ? "tls.cert" : "an authority in the chain of tls.cert");
    if (flaw !== undefined) return flaw;
    const isSigner = (signer: X509Certificate): boolean =>
      current.checkIssued(signer) && current.verify(signer.publicKey);
    const signers = authorities.filter(isSigner);
    const flaws = signers.map((signer) => flawOfDates(signer, "the authority in tls.ca that has signed tls.cert"));
    if (signers.length > 0) return flaws.includes(undefined) ? undefined : flaws[0];
    const next = [...left].find(isSigner);
    if (!next)
      return "tls.cert was signed by none of the authorities in tls.ca; give this node a certificate of theirs";
    left.delete(next);
    current = next;
  }
}

function flawOfDates({ validFromDate, validToDate }: X509Certificate, what: string): string | undefined {
  const nowMs = Date.now();
  if (nowMs > validToDate.getTime()) return `${what} has expired on ${validToDate.toISOString()}; have a new one made`;
  if (nowMs >= validFromDate.getTime()) return undefined;
  return `${what} counts only from ${validFromDate.toISOString()} on; is the clock of this machine right?`;
}

/** From when to when this node's certificate counts. */
export function lifetimeOf({ cert }: TlsCredentials): { readonly fromMs: number; readonly untilMs: number } {
  const { validFromDate, validToDate } = new X509Certificate(cert);
  return { fromMs: validFromDate.getTime(), untilMs: validToDate.getTime() };
}
