/** JSON Pointer (RFC 6901): "" is the whole document, "/a/0" the first item of its member `a`. */

/** Texts that are a pointer: names each after a "/", with "~" and "/" in them as ~0 and ~1 (RFC 6901 3). */
export const JSON_POINTER = {
  regex: "^(?:/(?:[^~/]|~[01])*)*$",
  says: 'must be a JSON Pointer (RFC 6901): names each after a "/", in which ~0 stands for "~" and ~1 for "/"',
} as const;

/** The unescaped reference tokens of a text that matches JSON_POINTER (RFC 6901 4). */
export function pointerTokens(pointer: string): readonly string[] {
  // ~1 before ~0, so that ~01 is the text "~1".
  return pointer
    .split("/")
    .slice(1)
    .map((token) => token.replaceAll("~1", "/").replaceAll("~0", "~"));
}
