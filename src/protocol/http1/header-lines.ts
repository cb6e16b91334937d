/**
 * Header fields on their way out: one line each, as given and in the order given. Their names and values come from our
 * own scenario, checked when it was loaded; the asserts are the second of the pair, so that no value can ever smuggle
 * in a line of its own.
 */
import { assert } from "../../base/assert.ts";
import type { Header } from "../../model/scenario.ts";
import { consistsOf, TEXT_BYTE, TOKEN_BYTE } from "./syntax.ts";

/** A field whose value need not be known yet. */
export type Field<T> = readonly [name: string, value: T];

/** `name: value CRLF` for each header (RFC 9112 5). */
export function headerLines(headers: readonly Header[]): string {
  let text = "";
  for (const [name, value] of headers) {
    assert(consistsOf(TOKEN_BYTE, name), "header name is no token");
    assert(value === "" || consistsOf(TEXT_BYTE, value), "header value holds a control character");
    text += `${name}: ${value}\r\n`;
  }
  return text;
}

/** Value of the first header called `name` (lower case) in any case, or undefined. */
export function headerValue<T>(headers: readonly Field<T>[], name: string): T | undefined {
  return headers.find((header) => header[0].toLowerCase() === name)?.[1];
}

/** `headers` without those called `name` (lower case) in any case. */
export function withoutHeader<T>(headers: readonly Field<T>[], name: string): readonly Field<T>[] {
  return headers.filter((header) => header[0].toLowerCase() !== name);
}

/** Refuses the fields that frame the body: the encoders write them, from the body itself. */
export function assertUnframed(headers: readonly Field<unknown>[]): void {
  assert(headerValue(headers, "content-length") === undefined, "Content-Length is the encoder's to write");
  assert(headerValue(headers, "transfer-encoding") === undefined, "Transfer-Encoding is the encoder's to write");
}
