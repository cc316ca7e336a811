import { createSecureContext } from "node:tls";
import { z } from "zod";
import { type TlsCredentials, serverTls } from "./tls.ts";

/** By what nodes know each other, and whether others can listen. */
export interface Credentials {
  /** Encrypts what nodes say, and proves who says it. Without it everything can be read on its way. */
  readonly tls?: TlsCredentials | undefined;
  /**
   * What all nodes of the cluster know and nobody else; from 16 characters on, better from a random generator. The first is
   * the one that this node proves, any of them is accepted: so that a new one can take the place of the old while the
   * cluster works. It proves that a node belongs to the cluster, not which node it is: that takes mutual TLS.
   */
  readonly secrets?: readonly string[] | undefined;
}

const pem = z.string().regex(/-----BEGIN /, "must be PEM");

const schema = z.strictObject({
  tls: z.strictObject({ cert: pem, key: pem, ca: pem, crl: pem.optional(), mutual: z.boolean().optional() }).optional(),
  secrets: z.array(z.string().min(16, "must have at least 16 characters")).optional(),
});

/** The credentials, complete and usable; throws a TypeError that names what is wrong, and never a secret. */
export function checkCredentials(given: Credentials): Credentials {
  const { success, error, data } = schema.safeParse(given);
  if (!success) {
    const problems = error.issues.map((issue) => `${issue.path.join(".")} ${issue.message}`);
    throw new TypeError(`wrong credentials: ${problems.join("; ")}`);
  }
  if (data.tls) {
    try {
      createSecureContext(serverTls(data.tls));
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new TypeError(`wrong credentials: certificate and key cannot be used: ${reason}`, { cause });
    }
  }
  return data;
}
