import "reflect-metadata";
import { randomBytes } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { BasicConstraintsExtension, X509CertificateGenerator } from "@peculiar/x509";
import type { X509Certificate } from "@peculiar/x509";

const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
const dayMs = 24 * 60 * 60 * 1000;
/** Longer than any run, whichever way somebody sets the clock meanwhile. */
const validDays = 30;
/** A key or a secret is for whoever runs the server. */
const mode = 0o600;

/**
 * Makes an authority, a certificate for each node and a secret that they share, in that directory. Resolves with the flags
 * by which a node takes its own.
 */
export async function layCredentials(
  directory: string,
  ids: readonly string[],
): Promise<(id: string) => readonly string[]> {
  const file = (name: string): string => join(directory, name);
  await mkdir(directory, { recursive: true });
  const keys = await newKeys();
  const authority = await X509CertificateGenerator.createSelfSigned({
    ...{ ...common(), name: "CN=quorate", keys },
    extensions: [new BasicConstraintsExtension(true, 1, true)],
  });
  await writeFile(file("ca.pem"), authority.toString("pem"));
  await writeFile(file("secret"), randomBytes(32).toString("hex"), { mode });
  for (const id of ids) {
    const own = await newKeys();
    const certificate = await certify(id, own, { authority, key: keys.privateKey });
    await writeFile(file(`${id}.pem`), certificate.toString("pem"));
    await writeFile(file(`${id}.key`), await pemOf(own.privateKey), { mode });
  }
  return (id) => [
    ...["--peer-tls-cert", file(`${id}.pem`), "--peer-tls-key", file(`${id}.key`)],
    ...["--peer-tls-ca", file("ca.pem"), "--peer-secret-file", file("secret")],
  ];
}

function newKeys(): Promise<CryptoKeyPair> {
  return crypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
}

function certify(
  id: string,
  { publicKey }: CryptoKeyPair,
  issuer: { readonly authority: X509Certificate; readonly key: CryptoKey },
): Promise<X509Certificate> {
  const names = { subject: `CN=${id}`, issuer: issuer.authority.subject };
  return X509CertificateGenerator.create({ ...common(), ...names, publicKey, signingKey: issuer.key });
}

function common(): { serialNumber: string; notBefore: Date; notAfter: Date; signingAlgorithm: typeof algorithm } {
  const [notBefore, notAfter] = [new Date(Date.now() - validDays * dayMs), new Date(Date.now() + validDays * dayMs)];
  // Above 0, as a serial number has to be.
  const serialNumber = `01${randomBytes(8).toString("hex")}`;
  return { serialNumber, notBefore, notAfter, signingAlgorithm: algorithm };
}

async function pemOf(key: CryptoKey): Promise<string> {
  const base64 = Buffer.from(await crypto.subtle.exportKey("pkcs8", key)).toString("base64");
  return `-----BEGIN PRIVATE KEY-----\n${base64}\n-----END PRIVATE KEY-----\n`;
}
