import type { IncomingMessage } from "node:http";
import { type ConnectionOptions, type PeerCertificate, type SecureContextOptions, TLSSocket } from "node:tls";
import type { NodeId } from "@quorate/raft-core";

/** What a node shows to its peers, and by what it knows them. PEM. */
export interface TlsCredentials {
  /** This node's certificate and the chain up to the authority's; its name (a DNS name, or the common name) is the node's id. */
  readonly cert: string;
  readonly key: string;
  /** The authority that has signed the certificates of all nodes, and of nobody else. */
  readonly ca: string;
  /** Certificates that do not count any more. */
  readonly crl?: string | undefined;
  /** Whether nodes that dial show a certificate, too (mutual TLS). Default true. The same on every node. */
  readonly mutual?: boolean | undefined;
}

/** A TLS handshake that takes longer ends. */
const HANDSHAKE_TIMEOUT_MS = 5000;

function contextOf({ cert, key, ca, crl }: TlsCredentials): SecureContextOptions {
  return { cert, key, ca, minVersion: "TLSv1.3", ...(crl === undefined ? {} : { crl }) };
}

export interface ServerTlsOptions extends SecureContextOptions {
  readonly requestCert: boolean;
  readonly rejectUnauthorized: boolean;
  readonly handshakeTimeout: number;
}

/** What an `https.Server` of the application's has to be given to serve peers; also for its `setSecureContext`. */
export function serverTls(tls: TlsCredentials): ServerTlsOptions {
  const mutual = tls.mutual !== false;
  const wanted = { requestCert: mutual, rejectUnauthorized: mutual, handshakeTimeout: HANDSHAKE_TIMEOUT_MS };
  return { ...contextOf(tls), ...wanted };
}

/** For dialling `peer`: only a node whose certificate names it is spoken to, whatever its address is called. */
export function clientTls(tls: TlsCredentials, peer: NodeId): ConnectionOptions {
  const { cert, key, ...trust } = contextOf(tls);
  return {
    ...trust,
    ...(tls.mutual === false ? {} : { cert, key }),
    rejectUnauthorized: true,
    checkServerIdentity: (_host, certificate) => {
      const names = namesIn(certificate);
      if (names.includes(peer)) return undefined;
      return new Error(`the certificate there is that of ${quoted(names)}, not of "${peer}"; correct the address`);
    },
  };
}

/** Who the other side of an accepted connection is, by its certificate; undefined where it need not show one. */
export function certifiedNames(
  request: IncomingMessage,
  tls: TlsCredentials | undefined,
): readonly NodeId[] | undefined {
  if (!tls || tls.mutual === false) return undefined;
  const { socket } = request;
  const isProven = socket instanceof TLSSocket && socket.authorized;
  return isProven ? namesIn(socket.getPeerCertificate()) : [];
}

/** Whether a connection came in encrypted, as it must where there are credentials. */
export function isEncrypted(request: IncomingMessage): boolean {
  return request.socket instanceof TLSSocket;
}

/** The DNS names and the common name, as they are: no wildcards, no case folding. */
function namesIn(certificate: PeerCertificate): readonly string[] {
  const alternatives = (certificate.subjectaltname ?? "").split(", ").filter((name) => name.startsWith("DNS:"));
  const common: unknown = certificate.subject?.CN;
  return [...alternatives.map((name) => name.slice("DNS:".length)), ...(typeof common === "string" ? [common] : [])];
}

function quoted(names: readonly string[]): string {
  return names.map((name) => `"${name}"`).join(", ") || "nobody";
}

/** Whether what is said to `host` stays on this machine. */
export function isLoopback(host: string | undefined): boolean {
  if (host === undefined) return false;
  const bare = host.replace(/^\[|\]$/g, "").replace(/^::ffff:/i, "");
  return bare === "localhost" || bare === "::1" || /^127(\.\d{1,3}){3}$/.test(bare);
}
