/**
 * The content codings that servers use (RFC 9110 8.4.1), undone at once: what is looked into is small, and nothing else
 * is decoded. The bound on what comes out is zlib's to keep, so that no bomb is ever unpacked.
 */
import { brotliDecompressSync, gunzipSync, inflateRawSync, inflateSync } from "node:zlib";
import type { Decompress } from "../model/ports.ts";

export const decompress: Decompress = (coding, bytes, bytesMax) => {
  const undo = coderOf(coding, bytes);
  if (undo === null) return null;
  try {
    return undo(bytes, { maxOutputLength: bytesMax });
  } catch {
    // zlib throws for bytes that are no such code and for a bound that is passed; both are what null says.
    return null;
  }
};

function coderOf(coding: string, bytes: Uint8Array): typeof gunzipSync | typeof brotliDecompressSync | null {
  switch (coding) {
    case "gzip":
    case "x-gzip":
      return gunzipSync;
    case "deflate":
      return hasZlibHeader(bytes) ? inflateSync : inflateRawSync;
    case "br":
      return brotliDecompressSync;
    default:
      return null;
  }
}

/** "deflate" means the zlib format (RFC 1950 2.2), but some servers send its content without the header. */
function hasZlibHeader(bytes: Uint8Array): boolean {
  const method = (bytes[0] ?? 0) & 0x0f;
  return method === 8 && (((bytes[0] ?? 0) << 8) | (bytes[1] ?? 0)) % 31 === 0;
}
