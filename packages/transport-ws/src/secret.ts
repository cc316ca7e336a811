import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";

/**
 * How two nodes convince each other that both know the cluster's secret, without either saying it: each draws a nonce,
 * and each proves by HMAC-SHA256 over all that was said. That holds both nonces, both ids, the cluster and the versions,
 * so a proof is of no use on another connection, for another node, or for fewer versions; and over the side that proves,
 * so it is of none when it is sent back. Who has dialled proves first: whoever knows nothing gets no proof to guess at.
 */
export type Side = "dialling" | "accepting";

/** The bytes that were said, in their order. */
export type Transcript = readonly Uint8Array[];

const NONCE_BYTES = 32;

export function newNonce(): Uint8Array {
  return new Uint8Array(randomBytes(NONCE_BYTES));
}

export function macOf(secret: string, side: Side, transcript: Transcript): Uint8Array {
  const hmac = createHmac("sha256", secret).update(`quorate-raft ${side}\n`);
  const length = Buffer.alloc(4);
  for (const said of transcript) {
    length.writeUInt32LE(said.length);
    hmac.update(length).update(said);
  }
  return new Uint8Array(hmac.digest());
}

/** Which of the secrets `mac` proves. Every one is tried, in constant time, so that how long it takes says nothing. */
export function provenBy(
  secrets: readonly string[],
  side: Side,
  transcript: Transcript,
  mac: Uint8Array,
): string | undefined {
  let proven: string | undefined;
  for (const secret of secrets) {
    if (timingSafeEqual(macOf(secret, side, transcript), mac)) proven ??= secret;
  }
  return proven;
}
