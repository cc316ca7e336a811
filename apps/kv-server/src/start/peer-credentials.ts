import { readFile } from "node:fs/promises";
import type { Credentials, TlsCredentials } from "@quorate/transport-ws";
import { flagOf } from "../config/settings.ts";
import type { Config } from "../config/schema.ts";

export type CredentialFiles = Pick<
  Config,
  "peerTlsCert" | "peerTlsKey" | "peerTlsCa" | "peerTlsCrl" | "peerTlsMutual" | "peerSecretFile"
>;

/** Whether a node was given anything by which it and its peers know each other. */
export function hasCredentials({ peerTlsCert, peerSecretFile }: CredentialFiles): boolean {
  return peerTlsCert !== undefined || peerSecretFile !== undefined;
}

/** What stands in the files that the settings name. Rejects with an error for the operator, which holds none of it. */
export async function readCredentials(files: CredentialFiles): Promise<Credentials> {
  const { peerSecretFile } = files;
  const tls = await readTls(files);
  if (peerSecretFile === undefined) return { tls };
  const text = await readText("peerSecretFile", peerSecretFile);
  const secrets = text.split("\n").flatMap((line) => line.trim() || []);
  if (secrets.length === 0) throw new Error(`${peerSecretFile} (${flagOf("peerSecretFile")}) holds no secret`);
  return { tls, secrets };
}

async function readTls(files: CredentialFiles): Promise<TlsCredentials | undefined> {
  const { peerTlsCert, peerTlsKey, peerTlsCa, peerTlsCrl, peerTlsMutual } = files;
  if (peerTlsCert === undefined || peerTlsKey === undefined || peerTlsCa === undefined) return undefined;
  const [cert, key, ca] = await Promise.all([
    readText("peerTlsCert", peerTlsCert),
    readText("peerTlsKey", peerTlsKey),
    readText("peerTlsCa", peerTlsCa),
  ]);
  const crl = peerTlsCrl === undefined ? undefined : await readText("peerTlsCrl", peerTlsCrl);
  return { cert, key, ca, mutual: peerTlsMutual, ...(crl === undefined ? {} : { crl }) };
}

async function readText(name: string, path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`cannot read ${path} (${flagOf(name)}): ${reason}`, { cause: error });
  }
}
