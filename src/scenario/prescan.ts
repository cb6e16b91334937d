/**
 * What the parser could not take, found before it starts: brackets nested so deep that its recursion would exhaust the
 * stack, and texts or numbers so long that it could not put their characters together. No text from outside may decide
 * how much stack we use. Brackets in strings and comments do not count.
 */

export interface PrescanBounds {
  readonly depthMax: number;
  /** Of one string, its quotes included, or of one run of the characters that numbers and bare keys are made of. */
  readonly wordCharsMax: number;
}

/** The first thing beyond the bounds: what it is, and the offset where it begins; or null. */
export function findBeyond(
  text: string,
  { depthMax, wordCharsMax }: PrescanBounds,
): { readonly what: "nesting" | "word"; readonly offset: number } | null {
  let depth = 0;
  let at = 0;
  while (at < text.length) {
    const char = text[at]!;
    const end = tokenEnd(text, at);
    if (char === "[" || char === "{") depth++;
    if (char === "]" || char === "}") depth = Math.max(0, depth - 1);
    if (depth > depthMax) return { what: "nesting", offset: at };
    if (char !== "#" && end - at > wordCharsMax) return { what: "word", offset: at };
    at = end;
  }
  return null;
}

/** Offset after the comment, string, word or single character that begins at `start`. */
function tokenEnd(text: string, start: number): number {
  const char = text[start]!;
  if (char === "#") return lineEnd(text, start);
  if (char === '"' || char === "'") return stringEnd(text, start);
  return Math.max(start + 1, wordEnd(text, start));
}

function lineEnd(text: string, from: number): number {
  const end = text.indexOf("\n", from);
  return end < 0 ? text.length : end;
}

/** Offset after the run of characters of numbers and bare keys at `start`, which may be empty. */
function wordEnd(text: string, start: number): number {
  let at = start;
  while (at < text.length && isWordChar(text.charCodeAt(at))) at++;
  return at;
}

/** Letters, digits, and "_", "-", "+", ".". */
function isWordChar(code: number): boolean {
  const folded = code | 0x20;
  if ((code >= 0x30 && code <= 0x39) || (folded >= 0x61 && folded <= 0x7a)) return true;
  return code === 0x5f || code === 0x2d || code === 0x2b || code === 0x2e;
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
