import "reflect-metadata";
import { X509Certificate as ParsedCertificate, randomBytes } from "node:crypto";
import {
  BasicConstraintsExtension,
  SubjectAlternativeNameExtension,
  X509CertificateGenerator,
  X509CrlGenerator,
  type X509Certificate,
} from "@peculiar/x509";

const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
const DAY_MS = 24 * 60 * 60 * 1000;

const newKeys = (): Promise<CryptoKeyPair> => crypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
const serialNumber = (): string => `01${randomBytes(8).toString("hex")}`;
const inDays = (days: number): Date => new Date(Date.now() + days * DAY_MS);

async function pemOf(key: CryptoKey): Promise<string> {
  const base64 = Buffer.from(await crypto.subtle.exportKey("pkcs8", key)).toString("base64");
  return `-----BEGIN PRIVATE KEY-----\n${base64}\n-----END PRIVATE KEY-----\n`;
}

/** What a node shows to others, and by what it knows them. PEM. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
  readonly ca: string;
}

export interface Wishes {
  /** Days from now, negative for one that is over. */
  readonly validDays?: number;
  /** DNS names; without them only the common name says whose it is. */
  readonly names?: readonly string[];
}

/** Who signs the certificates of a cluster's nodes. */
export class Authority {
  readonly #keys: CryptoKeyPair;
  readonly #certificate: X509Certificate;

  private constructor(keys: CryptoKeyPair, certificate: X509Certificate) {
    this.#keys = keys;
    this.#certificate = certificate;
  }

  static async create(): Promise<Authority> {
    const keys = await newKeys();
    const validity = { notBefore: inDays(-30), notAfter: inDays(30) };
    const certificate = await X509CertificateGenerator.createSelfSigned({
      ...{ name: `CN=authority ${serialNumber()}`, serialNumber: serialNumber(), keys, signingAlgorithm: algorithm },
      ...validity,
      extensions: [new BasicConstraintsExtension(true, 1, true)],
    });
    return new Authority(keys, certificate);
  }

  get ca(): string {
    return this.#certificate.toString("pem");
  }

  async issue(name: string, { validDays = 7, names = [] }: Wishes = {}): Promise<Certificate> {
    const keys = await newKeys();
    const alternatives = names.map((value) => ({ type: "dns" as const, value }));
    const certificate = await X509CertificateGenerator.create({
      ...{ serialNumber: serialNumber(), subject: `CN=${name}`, issuer: this.#certificate.subject },
      ...{ notBefore: inDays(Math.min(-1, validDays - 1)), notAfter: inDays(validDays) },
      ...{ publicKey: keys.publicKey, signingKey: this.#keys.privateKey, signingAlgorithm: algorithm },
      extensions: alternatives.length > 0 ? [new SubjectAlternativeNameExtension(alternatives)] : [],
    });
    return { cert: certificate.toString("pem"), key: await pemOf(keys.privateKey), ca: this.ca };
  }

  /** A list that says that these do not count any more. */
  async revoke(...revoked: readonly Pick<Certificate, "cert">[]): Promise<string> {
    const list = await X509CrlGenerator.create({
      ...{ issuer: this.#certificate.subject, thisUpdate: inDays(-1), nextUpdate: inDays(7) },
      entries: revoked.map(({ cert }) => ({
        serialNumber: new ParsedCertificate(cert).serialNumber,
        revocationDate: inDays(-1),
      })),
      ...{ signingKey: this.#keys.privateKey, signingAlgorithm: algorithm },
    });
    return list.toString("pem").replaceAll(/(BEGIN|END) CRL/g, "$1 X509 CRL");
  }
}
