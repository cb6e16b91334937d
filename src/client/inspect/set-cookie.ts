/** The value that Set-Cookie fields give to a cookie, whatever their attributes say (RFC 6265 5.2). */

/** Of the last field with that name, which is the one that a browser would keep; null for none. */
export function cookieValue(fields: readonly string[], name: string): string | null {
  let value: string | null = null;
  for (const field of fields) {
    const semicolon = field.indexOf(";");
    const pair = semicolon < 0 ? field : field.slice(0, semicolon);
    const equals = pair.indexOf("=");
    if (equals > 0 && pair.slice(0, equals).trim() === name) value = pair.slice(equals + 1).trim();
  }
  return value;
}
