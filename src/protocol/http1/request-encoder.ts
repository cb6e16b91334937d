/**
 * The canonical bytes of a request (RFC 9112 3, RFC 9110 10.1): encoded once when the scenario is loaded, sent as they
 * are as often as the run likes. Equal specifications give equal bytes, whose hash the ledger records.
 */
import { utf8Encode } from "../../base/bytes.ts";
import { type RequestMessage, requestFields } from "../request-fields.ts";
import { headerLines } from "./header-lines.ts";

/** The request's bytes: request line, fields, body. Header text is sent as UTF-8. */
export function encodeRequest(message: RequestMessage): Uint8Array {
  const { method, path, body } = message;
  const head = utf8Encode(`${method} ${path} HTTP/1.1\r\n${headerLines(requestFields(message))}\r\n`);
  const bytes = new Uint8Array(head.length + (body?.length ?? 0));
  bytes.set(head);
  if (body !== null) bytes.set(body, head.length);
  return bytes;
}
