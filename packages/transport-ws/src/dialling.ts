import type { NodeId } from "@quorate/raft-core";
import {
  type Identity,
  type Refusal,
  closeCode,
  decodeAnswer,
  encodeHello,
  encodeProof,
  mistakeIn,
  versionBytes,
} from "./handshake.ts";
import { Malformed } from "./malformed.ts";
import type { Challenge, Hello, Welcome } from "./schema.ts";
import { type Channel, macOf, newNonce, provenBy } from "./secret.ts";

export interface DiallingOptions {
  readonly self: Identity;
  /** Who is believed to be there. */
  readonly peer: NodeId;
  readonly instance: string;
  readonly epoch: number;
  /** What the cluster shares; the first is the one that this node proves. */
  readonly secrets: readonly string[];
  readonly channel: Channel;
}

/** What comes of the other side's words. */
export type DiallingStep =
  | { readonly type: "say"; readonly bytes: Uint8Array }
  | { readonly type: "reject"; readonly mistake: Refusal }
  | { readonly type: "done"; readonly welcome: Welcome };

/** One handshake, seen from the side that has dialled. */
export class Dialling {
  /** The first words. */
  readonly hello: Uint8Array;
  readonly #options: DiallingOptions;
  #challenge: Uint8Array | undefined;

  constructor(options: DiallingOptions) {
    const { self, peer, instance, epoch, secrets } = options;
    this.#options = options;
    const opening: Pick<Hello, "instance" | "epoch"> = { instance, epoch };
    this.hello = encodeHello(self, peer, secrets.length > 0 ? { ...opening, nonce: newNonce() } : opening);
  }

  /** Throws `Malformed` for what belongs to no handshake. */
  heard(bytes: Uint8Array): DiallingStep {
    const answer = decodeAnswer(bytes);
    return answer.type === "challenge" ? this.#challenged(answer, bytes) : this.#welcomed(answer);
  }

  #challenged(_challenge: Challenge, bytes: Uint8Array): DiallingStep {
    const [secret] = this.#options.secrets;
    if (this.#challenge) throw new Malformed("a second challenge");
    if (secret === undefined) return reject("the cluster there has a secret, which this node was not given");
    this.#challenge = bytes;
    return {
      type: "say",
      bytes: encodeProof(macOf(secret, { side: "dialling", ...this.#options.channel }, [this.hello, bytes])),
    };
  }

  #welcomed(welcome: Welcome): DiallingStep {
    const { self, peer } = this.#options;
    const mistake = mistakeIn(welcome, self, peer);
    if (mistake) return { type: "reject", mistake };
    return this.#isProven(welcome) ? { type: "done", welcome } : reject("the node there has not proved the secret");
  }

  #isProven({ mac, version }: Welcome): boolean {
    const { secrets } = this.#options;
    if (secrets.length === 0) return true;
    if (!mac || !this.#challenge) return false;
    const transcript = [this.hello, this.#challenge, versionBytes(version)];
    return (
      provenBy(secrets.slice(0, 1), { side: "accepting", ...this.#options.channel }, transcript, mac) !== undefined
    );
  }
}

function reject(reason: string): DiallingStep {
  return { type: "reject", mistake: { code: closeCode.unauthenticated, reason } };
}
