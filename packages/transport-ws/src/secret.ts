import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";

/**
 * How two nodes convince each other that both know the cluster's secret, without either saying it: each draws a nonce,
 * and each proves by HMAC-SHA256 over all that was said. That holds both nonces, both ids, the cluster and the versions,
 * so a proof is of no use on another connection, for another node, or for fewer versions; and over the role in which it
 * is given, so it is of none when it is sent back, or passed on to a connection of another use. Who has dialled proves
 * first: whoever knows nothing gets no proof to guess at.
 */
export type Side = "dialling" | "accepting";

/** What the connection is to carry. */
export type Use = "messages" | "stream";

/** Which kind of connection it is: what is proved on one proves nothing on another, whoever passes it on. */
export interface Channel {
  readonly use: Use;
  readonly overTls: boolean;
}

/** In what a proof is given, besides what was said. */
export interface Role extends Channel {
  readonly side: Side;
}

/** The bytes that were said, in their order. */
export type Transcript = readonly Uint8Array[];

const NONCE_BYTES = 32;

export function newNonce(): Uint8Array {
  return new Uint8Array(randomBytes(NONCE_BYTES));
}

export function macOf(secret: string, { side, use, overTls }: Role, transcript: Transcript): Uint8Array {
  const label = `quorate-raft ${use} ${overTls ? "over TLS" : "in plain text"} ${side}\n`;
  const hmac = createHmac("sha256", secret).update(label);
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
  role: Role,
  transcript: Transcript,
  mac: Uint8Array,
): string | undefined {
  let proven: string | undefined;
  for (const secret of secrets) {
    if (timingSafeEqual(macOf(secret, role, transcript), mac)) proven ??= secret;
  }
  return proven;
}
