/**
 * How deep a TOML text nests its brackets, found before parsing: the parser recurses on nesting, and no text from
 * outside may decide how much stack we use. Brackets in strings and comments do not count.
 */

/** Offset of the first bracket that opens level `depthMax` + 1, or -1 when there is none. */
export function tooDeepAt(text: string, depthMax: number): number {
  let depth = 0;
  let at = 0;
  while (at < text.length) {
    const char = text[at]!;
    if (char === "[" || char === "{") {
      depth++;
      if (depth > depthMax) return at;
    } else if (char === "]" || char === "}") {
      depth = Math.max(0, depth - 1);
    }
    at = char === "#" ? lineEnd(text, at) : char === '"' || char === "'" ? stringEnd(text, at) : at + 1;
  }
  return -1;
}

function lineEnd(text: string, from: number): number {
  const end = text.indexOf("\n", from);
  return end < 0 ? text.length : end;
}

/** Offset after the string that opens at `start`; a string on one line that is not closed ends with its line. */
function stringEnd(text: string, start: number): number {
  const quote = text[start]!;
  const triple = quote.repeat(3);
  const multiLine = text.startsWith(triple, start);
  const close = multiLine ? triple : quote;
  let at = start + close.length;
  while (at < text.length) {
    const char = text[at]!;
    if (char === "\\" && quote === '"') at += 2;
    else if (text.startsWith(close, at)) return at + close.length;
    else if (char === "\n" && !multiLine) return at;
    else at++;
  }
  return text.length;
}
