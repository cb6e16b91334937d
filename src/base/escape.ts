/**
 * A value written for the place that it goes to. Every way is total: any text has a form, and where the place has a
 * reader of its own (JSON, URLs, forms), that reader gives the text back.
 *
 *   none        as it is
 *   header      control characters left out (RFC 9110 5.5)
 *   uri         percent-encoded UTF-8 but for unreserved characters (RFC 3986 2.3)
 *   form        as uri, with "+" for a space (application/x-www-form-urlencoded)
 *   json_text   within the quotes of a JSON string (RFC 8259 7)
 *   json_value  a JSON number, true, false or null as it is; anything else as a JSON string with its quotes
 *   url         path and query of a URL reference (RFC 3986 4.1), from the root; what no request line may hold is
 *               percent-encoded
 */
import { unreachable } from "./assert.ts";
import { utf8Encode } from "./bytes.ts";

/** In the order in which the lengths of a shadow stand. */
const WAYS = ["none", "header", "uri", "form", "json_text", "json_value", "url"] as const;
type Way = (typeof WAYS)[number];

/** `text` as the place wants it. A lone surrogate becomes U+FFFD but in JSON, where it is `\udXXX`. */
export function escaped(text: string, way: Way): string {
  switch (way) {
    case "none":
      return text;
    case "header":
      return text.replace(CONTROL, "");
    case "uri":
      return uriEscaped(text);
    case "form":
      return uriEscaped(text).replaceAll("%20", "+");
    case "json_text":
      return JSON.stringify(text).slice(1, -1);
    case "json_value":
      return JSON_SCALAR.test(text) ? text : JSON.stringify(text);
    case "url":
      return pathAndQuery(text);
    default:
      return unreachable(way);
  }
}

/** Bytes that `text` has under each way, as UTF-8, in the order of the list above. */
function lengthsOf(text: string): readonly number[] {
  const { length } = text;
  if (UNRESERVED.test(text)) {
    const [value, url] = [escaped(text, "json_value").length, escaped(text, "url").length];
    return [length, length, length, length, length, value, url];
  }
  return WAYS.map((way) => utf8Encode(escaped(text, way)).length);
}

/** What may be known of a secret: what `hide` makes of its UTF-8 bytes, lower-case hex, and its length under each way. */
export function shadowOf(
  text: string,
  hide: (secret: Uint8Array) => Uint8Array,
): { readonly sha256: string; readonly lengths: readonly number[] } {
  let hex = "";
  for (const byte of hide(utf8Encode(text))) hex += HEX[byte]!;
  return { sha256: hex, lengths: lengthsOf(text) };
}

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this removes.
const CONTROL = /[\u0000-\u001f\u007f]/g;

/** A JSON number, true, false or null, and nothing around it. */
const JSON_SCALAR = /^(?:-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?|true|false|null)$/;

/** What every way but the last two leaves as it is. */
const UNRESERVED = /^[A-Za-z0-9._~-]*$/;

/** What encodeURIComponent leaves although RFC 3986 reserves it. */
const RESERVED_MARKS = /[!'()*]/g;

/** Scheme and authority (RFC 3986 3), or the authority alone. */
const ORIGIN = /^(?:[A-Za-z][A-Za-z0-9+.-]*:)?\/\/[^/?#]*/;

/** What a request target must not hold, and what follows it: VCHAR alone is left (RFC 9112 3.2). */
const NO_TARGET = /[^!-~]+/g;

function pathAndQuery(reference: string): string {
  const [local] = reference.replace(ORIGIN, "").split("#", 1);
  const rooted = local!.startsWith("/") ? local! : `/${local}`;
  return rooted.replace(NO_TARGET, (text) => encodeURIComponent(wholeText(text)));
}

/** A lone surrogate has no UTF-8. */
function wholeText(text: string): string {
  return text.replace(/\p{Surrogate}/gu, "\ufffd");
}

function uriEscaped(text: string): string {
  return encodeURIComponent(wholeText(text)).replace(
    RESERVED_MARKS,
    (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
