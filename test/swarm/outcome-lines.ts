/** Outcomes of requests, a line each: what the network saw and what the ledger has are compared in these words. */
import { failureKind } from "../../src/model/failure.ts";

/** A request that is also known by the hash of its bytes. */
export function hashed(what: string, hash: number): string {
  return `${what} as ${hash.toString(16)}`;
}

export function answered(
  what: string,
  sentNs: number,
  how: "reused" | "new",
  firstByteNs: number,
  status: number,
  bytes: number,
  findings: readonly string[],
): string {
  const found = [...findings].sort().map((words) => `, ${words}`);
  return `${what} sent at ${sentNs} (${how}), first byte at ${firstByteNs}: ${status} of ${bytes} B${found.join("")}`;
}

/** Failures by which we judge the peer: with which error we do, and after how many bytes, is ours to choose. */
const OWN_ERRORS = ["protocol_violation", "invalid_response", "header_too_large"];

export function failed(what: string, failure: number, errno: number, bytes: number): string {
  const kind = failureKind(failure)!;
  return `${what}: ${OWN_ERRORS.includes(kind) ? kind : `${kind} ${errno} after ${bytes} B`}`;
}
