/**
 * Where a part of a text stands in the file. The text has lost its quotes and escapes; to find the place, the file is
 * read again from its opening quote on, character by character (TOML 1.1, strings of all four kinds).
 */
import type { Span } from "./problem.ts";
import type { Located } from "./shape.ts";

/**
 * The place of characters [start, end) of a text, its first line only if it has several. The place of the whole text
 * when it is not written there as expected.
 * @param file the text of the whole file.
 */
export function placeWithin(
  file: string,
  { value, at }: Pick<Located<string>, "value" | "at">,
  start: number,
  end: number,
): Span {
  const from = offsetOf(file, at);
  const opening = /^(?:"""|'''|"|')/.exec(file.slice(from, from + 3))?.[0];
  if (opening === undefined) return at;
  const walk = new Walk(file, from + opening.length, opening);
  walk.skipFirstLineEnd();
  if (!walk.passes(value.slice(0, start))) return at;
  walk.joinLines();
  const first = walk.at;
  if (!walk.passes(value.slice(start, Math.max(start, end)))) return at;
  const before = file.slice(0, first);
  const lineEnd = file.slice(first, walk.at).search(/\r?\n/);
  return {
    line: at.line + (file.slice(from, first).match(/\n/g)?.length ?? 0),
    column: first - before.lastIndexOf("\n"),
    length: Math.max(1, lineEnd < 0 ? walk.at - first : lineEnd),
  };
}

function offsetOf(file: string, { line, column }: Span): number {
  let offset = 0;
  for (let passed = 1; passed < line; passed++) offset = file.indexOf("\n", offset) + 1;
  return offset + column - 1;
}

const ESCAPED: Readonly<Record<string, string>> = {
  b: "\b",
  t: "\t",
  n: "\n",
  f: "\f",
  r: "\r",
  e: "\u001b",
  '"': '"',
  "\\": "\\",
};

const CODE_DIGITS: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 };

/** A position in the file, within a TOML string. */
class Walk {
  at: number;
  private readonly file: string;
  private readonly opening: string;

  constructor(file: string, start: number, opening: string) {
    this.at = start;
    this.file = file;
    this.opening = opening;
  }

  /** A line end right after three quotes is none of the text. */
  skipFirstLineEnd(): void {
    if (this.opening.length === 3) this.at += /^\r?\n/.exec(this.file.slice(this.at, this.at + 2))?.[0].length ?? 0;
  }

  /** Goes past what stands for `text`; false when the file says something else. */
  passes(text: string): boolean {
    for (let done = 0; done < text.length; ) {
      this.joinLines();
      const { value, length } = this.next();
      if (value === "" || !text.startsWith(value, done)) return false;
      done += value.length;
      this.at += length;
    }
    return true;
  }

  /** Goes past a backslash at the end of a line, with all white space up to the next character. */
  joinLines(): void {
    if (this.opening !== '"""') return;
    const pattern = /(?:\\[ \t]*\r?\n[ \t\r\n]*)+/y;
    pattern.lastIndex = this.at;
    if (pattern.test(this.file)) this.at = pattern.lastIndex;
  }

  /** What the file says next, and in how many characters. */
  private next(): { readonly value: string; readonly length: number } {
    const { file, at } = this;
    const char = file[at] ?? "";
    if (char === "\r" && file[at + 1] === "\n") return { value: "\n", length: 2 };
    if (char !== "\\" || this.opening.startsWith("'")) return { value: char, length: 1 };
    const letter = file[at + 1] ?? "";
    const digits = CODE_DIGITS[letter];
    if (digits === undefined) return { value: ESCAPED[letter] ?? "", length: 2 };
    const code = Number.parseInt(file.slice(at + 2, at + 2 + digits), 16);
    return { value: code <= 0x10ffff ? String.fromCodePoint(code) : "", length: 2 + digits };
  }
}
