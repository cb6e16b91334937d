/**
 * Text in columns of a terminal. Names come from a scenario, so control characters are shown as "?" (no report may
 * steer the terminal) and wide characters count as two. A span is text with its paint: widths are taken before
 * painting, so that colour never moves a column.
 */
import type { Paint } from "./style.ts";

export type Span = readonly [text: string, paint: Paint];

const CONTROL = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;
/** East Asian wide and fullwidth characters, and emoji (Unicode Standard Annex 11). */
const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u;

/** `text` without anything that a terminal would obey. */
export function printable(text: string): string {
  return text.replace(CONTROL, "?");
}

/** Columns that `text` takes. */
export function columnsOf(text: string): number {
  let columns = 0;
  for (const character of text) columns += WIDE.test(character) ? 2 : 1;
  return columns;
}

/** `text` in at most `width` columns; what is cut off is marked with an ellipsis. */
export function clip(text: string, width: number): string {
  if (columnsOf(text) <= width) return text;
  let kept = "";
  let columns = 1;
  for (const character of text) {
    columns += columnsOf(character);
    if (columns > width) break;
    kept += character;
  }
  return width > 0 ? `${kept}…` : "";
}

/** `text` in exactly `width` columns, to the left. */
export function left(text: string, width: number): string {
  const clipped = clip(text, width);
  return clipped + " ".repeat(width - columnsOf(clipped));
}

/** `text` in exactly `width` columns, to the right. */
export function right(text: string, width: number): string {
  const clipped = clip(text, width);
  return " ".repeat(width - columnsOf(clipped)) + clipped;
}

/** Columns of the widest of `texts`; 0 for none. */
export function widest(texts: readonly string[]): number {
  return texts.reduce((most, text) => Math.max(most, columnsOf(text)), 0);
}

/** The spans as one painted line of at most `width` columns, without white space at its end. */
export function line(spans: readonly Span[], width: number): string {
  let room = width;
  let trailing = "";
  let painted = "";
  for (const [text, paint] of spans) {
    const clipped = clip(text, room);
    room -= columnsOf(clipped);
    const visible = clipped.trimEnd();
    if (visible !== "") {
      painted += trailing + paint(visible);
      trailing = "";
    }
    trailing += clipped.slice(visible.length);
    if (clipped !== text) break;
  }
  return painted;
}

/** `text` broken between words into lines of at most `width` columns. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let current = "";
  for (const word of text.split(" ")) {
    if (current !== "" && columnsOf(current) + 1 + columnsOf(word) > width) {
      lines.push(current);
      current = "";
    }
    current += current === "" ? word : ` ${word}`;
  }
  if (current !== "") lines.push(current);
  return lines;
}
