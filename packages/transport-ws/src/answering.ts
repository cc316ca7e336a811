import type { NodeId } from "@quorate/raft-core";
import {
  type Identity,
  MIN_VERSION,
  type Refusal,
  closeCode,
  decodeHello,
  decodeProof,
  encodeChallenge,
  encodeWelcome,
  refusalOf,
  versionBytes,
  versionFor,
} from "./handshake.ts";
import type { Hello, Standing } from "./schema.ts";
import { type Channel, type Role, macOf, newNonce, provenBy } from "./secret.ts";

export interface AnsweringOptions {
  readonly self: Identity;
  /** What the cluster shares; any of them will do. */
  readonly secrets: readonly string[];
  readonly channel: Channel;
  /** The names in the certificate that the other side has shown; undefined where it need not show one. */
  readonly certified?: readonly NodeId[] | undefined;
}

/** What comes of the other side's words. */
export type AnsweringStep =
  | { readonly type: "say"; readonly bytes: Uint8Array }
  | { readonly type: "refuse"; readonly refusal: Refusal; readonly peer: NodeId | undefined }
  /** It is who it says it is. Whether there is room for it is for the caller to say, and then `welcome`. */
  | { readonly type: "proven"; readonly hello: Hello; readonly welcome: (standing: Standing) => Uint8Array };

interface Challenged {
  readonly hello: Hello;
  readonly transcript: readonly [hello: Uint8Array, challenge: Uint8Array];
}

/** One handshake, seen from the side that was dialled. */
export class Answering {
  readonly #options: AnsweringOptions;
  #challenged: Challenged | undefined;

  constructor(options: AnsweringOptions) {
    this.#options = options;
  }

  /** Throws `Malformed` for what belongs to no handshake. */
  heard(bytes: Uint8Array): AnsweringStep {
    return this.#challenged ? this.#proved(this.#challenged, bytes) : this.#greeted(bytes);
  }

  #greeted(bytes: Uint8Array): AnsweringStep {
    const { self, secrets, certified } = this.#options;
    const hello = decodeHello(bytes);
    if ("code" in hello) return { type: "refuse", refusal: hello, peer: undefined };
    const { from } = hello;
    const refusal = refusalOf(hello, self);
    if (refusal) return { type: "refuse", refusal, peer: from };
    if (certified && !certified.includes(from)) {
      const names = certified.map((name) => `"${name}"`).join(", ") || "nobody";
      const reason = `the certificate is that of ${names}, not of "${from}": give that node its own`;
      return { type: "refuse", refusal: { code: closeCode.wrongNode, reason }, peer: from };
    }
    if (secrets.length === 0) return this.#proven(hello, () => undefined);
    if (!hello.nonce) return refuseUnproven(from, "this cluster has a secret: give it to the node that dials");
    const challenge = encodeChallenge(newNonce());
    this.#challenged = { hello, transcript: [bytes, challenge] };
    return { type: "say", bytes: challenge };
  }

  #proved({ hello, transcript }: Challenged, bytes: Uint8Array): AnsweringStep {
    const { mac } = decodeProof(bytes);
    const secret = provenBy(this.#options.secrets, { side: "dialling", ...this.#options.channel }, transcript, mac);
    if (secret === undefined)
      return refuseUnproven(hello.from, "the secret is another one here: give all nodes the same");
    const role: Role = { side: "accepting", ...this.#options.channel };
    return this.#proven(hello, (version) => macOf(secret, role, [...transcript, versionBytes(version)]));
  }

  #proven(hello: Hello, prove: (version: number) => Uint8Array | undefined): AnsweringStep {
    const { self } = this.#options;
    const version = versionFor(hello) ?? MIN_VERSION;
    const welcome = (standing: Standing): Uint8Array => encodeWelcome(self, { version, standing, mac: prove(version) });
    return { type: "proven", hello, welcome };
  }
}

function refuseUnproven(peer: NodeId, reason: string): AnsweringStep {
  return { type: "refuse", refusal: { code: closeCode.unauthenticated, reason }, peer };
}
