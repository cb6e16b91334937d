/**
 * A certificate for tests: self-signed, for localhost, new at each start. It is its own authority, so a client that is
 * given it as CA verifies it, names included. The key is made by the runtime; X.509 by node-forge, loaded only here.
 */
import { generateKeyPair, randomBytes } from "node:crypto";
import { promisify } from "node:util";

/** A certificate and its private key, both PEM. */
export interface CertifiedKey {
  readonly certPem: string;
  readonly keyPem: string;
}

const DAY_MS = 24 * 3600 * 1000;
/** Type tags of a subject alternative name (RFC 5280, section 4.2.1.6). */
const DNS_NAME = 2;
const IP_ADDRESS = 7;

/** Makes a certificate with CN localhost and SAN localhost, 127.0.0.1, ::1; valid from yesterday for a year. */
export async function makeCertificate(): Promise<CertifiedKey> {
  const { default: forge } = await import("node-forge");
  const { publicKey, privateKey: keyPem } = await promisify(generateKeyPair)("rsa", {
    modulusLength: 2048,
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
  });
  const certificate = forge.pki.createCertificate();
  certificate.publicKey = forge.pki.publicKeyFromPem(publicKey);
  certificate.serialNumber = positiveSerial();
  certificate.validity.notBefore = new Date(Date.now() - DAY_MS);
  certificate.validity.notAfter = new Date(Date.now() + 364 * DAY_MS);
  const name = [{ name: "commonName", value: "localhost" }];
  certificate.setSubject(name);
  certificate.setIssuer(name);
  certificate.setExtensions([
    { name: "basicConstraints", cA: true, critical: true },
    { name: "keyUsage", digitalSignature: true, keyEncipherment: true, keyCertSign: true, critical: true },
    { name: "extKeyUsage", serverAuth: true },
    {
      name: "subjectAltName",
      altNames: [
        { type: DNS_NAME, value: "localhost" },
        { type: IP_ADDRESS, ip: "127.0.0.1" },
        { type: IP_ADDRESS, ip: "::1" },
      ],
    },
    { name: "subjectKeyIdentifier" },
  ]);
  certificate.sign(forge.pki.privateKeyFromPem(keyPem), forge.md.sha256.create());
  return { certPem: forge.pki.certificateToPem(certificate), keyPem };
}

/** 16 random bytes in hex; the first bit is clear, because X.509 wants a positive number, and the next one set. */
function positiveSerial(): string {
  const bytes = randomBytes(16);
  bytes[0] = (bytes[0]! & 0x7f) | 0x40;
  return bytes.toString("hex");
}
