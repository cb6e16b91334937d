/**
 * The receipt of a run: what two people compare to know that they hold the same run, as lines of `name: value` in a
 * fixed order. Signed, it also says who vouches for it: Ed25519 (RFC 8032) over the lines before the signature.
 */
import { createPrivateKey, createPublicKey, type KeyObject, sign, verify } from "node:crypto";
import { utf8Encode } from "../base/bytes.ts";
import { type Entry, KIND, KIND_NAMES } from "../model/entry.ts";
import type { Manifest } from "../model/manifest.ts";

/** Entries by kind, as far as a receipt names them. */
export class EntryCounts {
  readonly #counts = new Float64Array(256);

  add(entry: Entry): void {
    this.#counts[entry.kind]!++;
  }

  of(kind: number): number {
    return this.#counts[kind]!;
  }
}

const COUNTED = [
  KIND.request_issued,
  KIND.response_received,
  KIND.request_failed,
  KIND.request_timed_out,
  KIND.request_unfinished,
  KIND.arrival_dropped,
  KIND.connection_opened,
] as const;

const FIRST_LINE = "z6-receipt: 1";
const SIGNATURE = "signature-ed25519: ";
const PUBLIC_KEY = "public-key: ";

/** The lines of a receipt without a signature, each ended by a line feed. */
export function receiptText(
  manifest: Manifest,
  ledger: { readonly fingerprint: string; readonly blocks: number; readonly entries: number; readonly bytes: number },
  counts: EntryCounts,
): string {
  const lines = [
    FIRST_LINE,
    `fingerprint: ${ledger.fingerprint}`,
    `run: ${manifest.run_id}`,
    `started: ${manifest.start_time ?? "simulated"}`,
    `seed: ${manifest.seed}`,
    `scenario-sha256: ${manifest.scenario.sha256}`,
    `z6: ${manifest.z6}`,
    `ledger-format: ${manifest.ledger}`,
    `shards: ${manifest.shards}`,
    `blocks: ${ledger.blocks}`,
    `entries: ${ledger.entries}`,
    `bytes: ${ledger.bytes}`,
    ...COUNTED.map((kind) => `${KIND_NAMES[kind]!.replaceAll("_", "-")}: ${counts.of(kind)}`),
  ];
  return `${lines.join("\n")}\n`;
}

/** The receipt with a signature and the public key that checks it. Throws ReceiptError when the key is no Ed25519 key. */
export function signReceipt(receipt: string, privateKeyPem: string): string {
  const key = readKey(privateKeyPem, createPrivateKey, "private");
  const signature = sign(null, utf8Encode(receipt), key).toString("base64");
  const publicKey = createPublicKey(key).export({ type: "spki", format: "der" }).toString("base64");
  return `${receipt}${SIGNATURE}${signature}\n${PUBLIC_KEY}${publicKey}\n`;
}

/** A key or a receipt cannot be used; a user's error. */
export class ReceiptError extends Error {
  override readonly name = "ReceiptError";
}

export type ReceiptCheck =
  | { readonly state: "same"; readonly signedBy: string | null }
  | { readonly state: "different"; readonly line: string; readonly expected: string; readonly actual: string }
  | { readonly state: "forged"; readonly reason: string };

/**
 * Holds a stored receipt against the one that the ledger gives. `publicKeyPem`: the key that must have signed it; null
 * to accept any signature that is valid, and none.
 */
export function checkReceipt(stored: string, fromLedger: string, publicKeyPem: string | null): ReceiptCheck {
  const signatureAt = stored.indexOf(`\n${SIGNATURE}`) + 1;
  const body = signatureAt === 0 ? stored : stored.slice(0, signatureAt);
  if (body !== fromLedger) return firstDifference(body, fromLedger);
  if (signatureAt === 0) {
    return publicKeyPem === null
      ? { state: "same", signedBy: null }
      : { state: "forged", reason: "a key was given, but the receipt is not signed" };
  }
  return checkSignature(stored.slice(signatureAt), body, publicKeyPem);
}

function checkSignature(lines: string, body: string, publicKeyPem: string | null): ReceiptCheck {
  const found = new RegExp(`^${SIGNATURE}([A-Za-z0-9+/=]+)\n${PUBLIC_KEY}([A-Za-z0-9+/=]+)\n$`).exec(lines);
  if (found === null) return { state: "forged", reason: "the signature lines are malformed" };
  const [, signature, signer] = found as unknown as [string, string, string];
  const key =
    publicKeyPem === null
      ? readKey({ key: Buffer.from(signer, "base64"), format: "der", type: "spki" }, createPublicKey, "public")
      : readKey(publicKeyPem, createPublicKey, "public");
  const keyText = key.export({ type: "spki", format: "der" }).toString("base64");
  if (keyText !== signer) return { state: "forged", reason: `it was signed with another key: ${signer}` };
  const valid = verify(null, utf8Encode(body), key, Buffer.from(signature, "base64"));
  return valid
    ? { state: "same", signedBy: signer }
    : { state: "forged", reason: "the signature does not belong to this receipt" };
}

function firstDifference(stored: string, fromLedger: string): ReceiptCheck {
  const expected = stored.split("\n");
  const actual = fromLedger.split("\n");
  const at = expected.findIndex((line, i) => line !== actual[i]);
  const line = at < 0 ? expected.length : at;
  return {
    state: "different",
    line: String(line + 1),
    expected: expected[line] ?? "(nothing)",
    actual: actual[line] ?? "(nothing)",
  };
}

function readKey<Source>(source: Source, parse: (source: Source) => KeyObject, which: string): KeyObject {
  let key: KeyObject;
  try {
    key = parse(source);
  } catch (error) {
    // OpenSSL's reasons are many; all of them mean that the file is no such key.
    throw new ReceiptError(`the ${which} key cannot be read: ${(error as Error).message}`);
  }
  if (key.asymmetricKeyType !== "ed25519") {
    throw new ReceiptError(`the ${which} key is of type ${key.asymmetricKeyType}; expected ed25519`);
  }
  return key;
}
