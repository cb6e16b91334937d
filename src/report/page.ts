/**
 * A page of text being written top to bottom: headings, rows of painted spans, notes. Rows are clipped to the page,
 * except those that hold a fact which is worthless when cut, such as a fingerprint.
 */
import { line, type Span, wrap } from "./columns.ts";
import { createStyle, type Paint, type Style } from "./style.ts";

const INDENT = 2;

export class Page {
  readonly style: Style;
  /** Columns that a row may fill, indent not counted. */
  readonly width: number;
  readonly #lines: string[] = [];

  constructor(colour: boolean, columns: number) {
    this.style = createStyle(colour);
    this.width = columns - INDENT;
  }

  /** A section's first line, after an empty one. */
  heading(text: string, remark = "", paint: Paint = this.style.faint): void {
    this.#lines.push("");
    this.#lines.push(
      line(
        [
          [text, this.style.strong],
          [remark && `  ${remark}`, paint],
        ],
        this.width + INDENT,
      ),
    );
  }

  row(...spans: readonly Span[]): void {
    this.#lines.push(line([[" ".repeat(INDENT), this.style.plain], ...spans], this.width + INDENT));
  }

  /** A row that is never clipped: on a narrow terminal it wraps. */
  wholeRow(...spans: readonly Span[]): void {
    this.#lines.push(line([[" ".repeat(INDENT), this.style.plain], ...spans], Number.POSITIVE_INFINITY));
  }

  /** A sentence in small print, over as many lines as it takes. */
  explain(text: string): void {
    for (const part of wrap(text, this.width)) this.row([part, this.style.faint]);
  }

  /** What must not be overlooked: a word in capitals and a sentence. */
  alarm(word: string, text: string, paint: Paint): void {
    for (const part of wrap(`${word}: ${text}`, this.width)) this.row([part, paint]);
  }

  toString(): string {
    return `${this.#lines.join("\n").trimStart()}\n`;
  }
}
