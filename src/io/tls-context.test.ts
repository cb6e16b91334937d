import { generateKeyPairSync } from "node:crypto";
import { expect, test } from "vitest";
import type { TlsOptions } from "../model/scenario.ts";
import { makeCertificate } from "../target/certificate.ts";
import { checkTls, secureContextOf } from "./tls-context.ts";

const { certPem, keyPem } = await makeCertificate();
const { keyPem: otherKeyPem } = await makeCertificate();
const LOCKED_KEY_PEM = generateKeyPairSync("rsa", {
  modulusLength: 2048,
  publicKeyEncoding: { type: "spki", format: "pem" },
  privateKeyEncoding: { type: "pkcs8", format: "pem", cipher: "aes-256-cbc", passphrase: "secret" },
}).privateKey;
const GARBAGE_PEM = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";

function tls(options: Partial<TlsOptions>): TlsOptions {
  return {
    verify: true,
    serverName: "localhost",
    caBundle: null,
    clientCert: null,
    clientKey: null,
    minVersion: "1.2",
    maxVersion: "1.3",
    ciphers: null,
    sessionResumption: false,
    ...options,
  };
}

test.each<[string, Partial<TlsOptions>]>([
  ["nothing", {}],
  ["a certificate with its key", { caBundle: certPem, clientCert: certPem, clientKey: keyPem }],
  ["a list with a name that OpenSSL does not know", { ciphers: "ECDHE-RSA-AES128-GCM-SHA256:NOPE" }],
  ["a list with keywords", { ciphers: "HIGH:!aNULL:@SECLEVEL=1", maxVersion: "1.2" }],
  ["ciphers of TLS 1.3 alone", { ciphers: "TLS_AES_128_GCM_SHA256", minVersion: "1.3" }],
  ["an authority that cannot be read, which trusts nobody", { caBundle: GARBAGE_PEM }],
])("checkTls finds nothing wrong with %s, and secureContextOf makes a context of it", (_, options) => {
  expect(checkTls(tls(options))).toBeNull();
  expect(secureContextOf(tls(options)).context).toBeDefined();
});

test.each<[string, Partial<TlsOptions>, string, RegExp]>([
  ["unknown ciphers", { ciphers: "NOPE:NADA" }, "tls_ciphers", /^no cipher match$/],
  ["unknown ciphers of TLS 1.3", { ciphers: "TLS_NOPE" }, "tls_ciphers", /^no cipher match$/],
  ["a list that is none", { ciphers: "@SECLEVEL=9" }, "tls_ciphers", /^invalid command$/],
  ["a certificate that is none", { clientCert: GARBAGE_PEM, clientKey: keyPem }, "client_cert", /./],
  ["a key that is none", { clientCert: certPem, clientKey: GARBAGE_PEM }, "client_key", /./],
  ["another's key", { clientCert: certPem, clientKey: otherKeyPem }, "client_key", /^key values mismatch$/],
  ["a key under a passphrase", { clientCert: certPem, clientKey: LOCKED_KEY_PEM }, "client_key", /./],
])("checkTls finds %s, and secureContextOf would have thrown", (_, options, key, reason) => {
  expect(checkTls(tls(options))).toEqual({ key, reason: expect.stringMatching(reason) });
  expect(() => secureContextOf(tls(options))).toThrow();
});
