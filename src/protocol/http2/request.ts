/**
 * A request as HTTP/2 has it (RFC 9113, 8.3.1): the pseudo-fields, then the same fields that HTTP/1.1 would send, in
 * lower case and without those that speak of a connection (8.2.2). Computed once when the scenario is loaded.
 */
import { latin1Decode, utf8Encode } from "../../base/bytes.ts";
import type { HpackField } from "../hpack/field.ts";
import { type RequestMessage, requestFields } from "../request-fields.ts";

export interface Http2Request {
  readonly fields: readonly HpackField[];
  /** Null for a request that ends with its header block. */
  readonly body: Uint8Array | null;
  /** The answer to a HEAD has no content, whatever its length says. */
  readonly toHead: boolean;
}

const CONNECTION_FIELDS = new Set(["connection", "keep-alive", "proxy-connection", "transfer-encoding", "upgrade"]);
/** Secrets stay out of the compression tables of proxies on the way (RFC 7541, 7.1.3). */
const SENSITIVE_FIELDS = new Set(["authorization", "proxy-authorization"]);

export function http2Request(message: RequestMessage, tls: boolean): Http2Request {
  const { method, path, body } = message;
  const fields: HpackField[] = [];
  let authority = "";
  for (const [name, text] of requestFields(message)) {
    const field = name.toLowerCase();
    const value = latin1Decode(utf8Encode(text));
    if (field === "host") authority = value;
    else if (!CONNECTION_FIELDS.has(field) && (field !== "te" || value.toLowerCase() === "trailers")) {
      fields.push({ name: field, value, sensitive: SENSITIVE_FIELDS.has(field) });
    }
  }
  const pseudoFields: HpackField[] = [
    { name: ":method", value: method },
    { name: ":scheme", value: tls ? "https" : "http" },
    { name: ":authority", value: authority },
    { name: ":path", value: path },
  ];
  const hasBody = body !== null && body.length > 0;
  return { fields: [...pseudoFields, ...fields], body: hasBody ? body : null, toHead: method === "HEAD" };
}
