/** Colour, switched in one place. Without colour every paint gives its text back, so that a report is plain text. */

export type Paint = (text: string) => string;

/** What a text means; the colour follows from it. */
export interface Style {
  readonly plain: Paint;
  /** Headings and the numbers that matter most. */
  readonly strong: Paint;
  /** Units, explanations, frames. */
  readonly faint: Paint;
  readonly good: Paint;
  readonly bad: Paint;
  readonly warning: Paint;
  /** Bars and sparklines. */
  readonly accent: Paint;
}

const PLAIN: Paint = (text) => text;

/** The paints, as ANSI SGR sequences (ECMA-48) or as nothing at all. */
export function createStyle(colour: boolean): Style {
  const sgr = (open: string): Paint => (colour ? (text) => (text === "" ? "" : `\x1b[${open}m${text}\x1b[0m`) : PLAIN);
  return {
    plain: PLAIN,
    strong: sgr("1"),
    faint: sgr("2"),
    good: sgr("32"),
    bad: sgr("1;31"),
    warning: sgr("33"),
    accent: sgr("36"),
  };
}
