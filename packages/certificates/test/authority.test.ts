import { X509Certificate, createPrivateKey } from "node:crypto";
import { describe, expect, test } from "vitest";
import { Authority } from "../src/index.ts";

describe("an authority", () => {
  test("issues certificates that name a node, with their keys, and that it has signed", async () => {
    const [authority, other] = [await Authority.create(), await Authority.create()];
    const { cert, key, ca } = await authority.issue("n1", { names: ["n1.example"] });
    const certificate = new X509Certificate(cert);
    expect(certificate.subject).toBe("CN=n1");
    expect(certificate.subjectAltName).toBe("DNS:n1.example");
    expect(certificate.checkPrivateKey(createPrivateKey(key))).toBe(true);
    expect(certificate.verify(new X509Certificate(ca).publicKey)).toBe(true);
    expect(certificate.verify(new X509Certificate(other.ca).publicKey)).toBe(false);
  });

  test("issues those that are over", async () => {
    const { cert } = await (await Authority.create()).issue("n1", { validDays: -1 });
    expect(Date.parse(new X509Certificate(cert).validTo)).toBeLessThan(Date.now());
  });

  test("revokes them in a list, PEM as OpenSSL names it", async () => {
    const authority = await Authority.create();
    const list = await authority.revoke(await authority.issue("n1"));
    expect(list).toMatch(/^-----BEGIN X509 CRL-----\n[^]*-----END X509 CRL-----/);
  });
});
