/**
 * Text with `{{...}}` in it, taken apart. What stands between the braces is an expression:
 *
 *   expression  name | dotted | call | link | quoted
 *   dotted      name "." (name | quoted)           env.API_KEY, users.email, users."first name"
 *   call        name "(" [argument {"," argument}] ")"
 *   argument    whole number | quoted
 *   link        "url" "(" (name | dotted) ")"           url(next), url(users.page)
 *   quoted      "..." or '...', with \" \' \\ \n \r \t \uXXXX
 *
 * White space may stand between any two of these. A quoted text as the whole expression stands for itself, so that
 * `{{"{{"}}` is a literal "{{". What names mean is the scope's business (template-scope.ts).
 */

/** Offsets in UTF-16 units of the text that was parsed; `end` is the first one after it. */
export interface Stretch {
  readonly start: number;
  readonly end: number;
}

export interface Word extends Stretch {
  readonly text: string;
}

/** `text` of a number is what was written. */
export interface Argument extends Word {
  readonly kind: "text" | "number";
}

/** What stands for a value by its name. */
export type Reference =
  | { readonly kind: "name"; readonly name: Word }
  | { readonly kind: "dotted"; readonly name: Word; readonly member: Word };

export type Expression =
  | Reference
  | { readonly kind: "call"; readonly name: Word; readonly args: readonly Argument[] }
  | { readonly kind: "link"; readonly name: Word; readonly of: Reference };

/** `start` and `end` of an expression include its braces. */
export type ParsedPiece =
  | (Word & { readonly kind: "text" })
  | (Stretch & { readonly kind: "expression"; readonly expression: Expression });

/** What is not as the grammar wants it. */
export interface TemplateFault extends Stretch {
  readonly message: string;
  readonly hint: string;
}

/** The pieces of `text` in order, or the first fault. A text without "{{" is one piece; the empty text has none. */
export function parseTemplate(text: string): readonly ParsedPiece[] | TemplateFault {
  const pieces: ParsedPiece[] = [];
  let from = 0;
  for (;;) {
    const open = text.indexOf("{{", from);
    const end = open < 0 ? text.length : open;
    if (end > from) pieces.push({ kind: "text", text: text.slice(from, end), start: from, end });
    if (open < 0) return pieces;
    const piece = parseExpression(text, open);
    if ("message" in piece) return piece;
    pieces.push(piece);
    from = piece.end;
  }
}

const LITERAL_HINT = 'a literal "{{" is written {{"{{"}}';

function parseExpression(text: string, open: number): ParsedPiece | TemplateFault {
  const tokens = new Tokens(text, open + 2);
  const first = tokens.take();
  const closed = (expression: Expression, last: Token): ParsedPiece | TemplateFault =>
    last.kind === "end" ? { kind: "expression", expression, start: open, end: last.end } : misplaced(last, open);
  if (first.kind === "quoted") {
    const last = tokens.take();
    if (last.kind !== "end") return misplaced(last, open);
    return { kind: "text", text: first.text, start: open, end: last.end };
  }
  if (first.kind === "end") {
    return { message: "there is nothing within the braces", hint: LITERAL_HINT, start: open, end: first.end };
  }
  if (first.kind !== "word") return misplaced(first, open);
  const named = parseReference(first, tokens, open);
  if ("message" in named) return named;
  const { reference, next } = named;
  if (next.kind !== "(" || reference.kind === "dotted") return closed(reference, next);
  let token = tokens.take();
  if (first.text === "url" && token.kind === "word") {
    const of = parseReference(token, tokens, open);
    if ("message" in of) return of;
    if (of.next.kind !== ")") return misplaced(of.next, open, 'expected ")"');
    return closed({ kind: "link", name: { ...first, end: of.next.end }, of: of.reference }, tokens.take());
  }
  const args: Argument[] = [];
  while (token.kind !== ")") {
    if (token.kind !== "number" && token.kind !== "quoted") {
      return misplaced(token, open, "expected a whole number or a text in quotes");
    }
    args.push({ ...token, kind: token.kind === "number" ? "number" : "text" });
    token = tokens.take();
    if (token.kind === ",") token = tokens.take();
    else if (token.kind !== ")") return misplaced(token, open, 'expected "," or ")"');
  }
  return closed({ kind: "call", name: { ...first, end: token.end }, args }, tokens.take());
}

/** The reference that begins with `name`, and what comes behind it. */
function parseReference(
  name: Token,
  tokens: Tokens,
  open: number,
): { readonly reference: Reference; readonly next: Token } | TemplateFault {
  const next = tokens.take();
  if (next.kind !== ".") return { reference: { kind: "name", name }, next };
  const member = tokens.take(true);
  if (member.kind !== "word" && member.kind !== "quoted") return misplaced(member, open, "expected a name after it");
  return { reference: { kind: "dotted", name, member }, next: tokens.take() };
}

interface Token extends Word {
  readonly kind: "word" | "number" | "quoted" | "." | "," | "(" | ")" | "end" | "unclosed" | "unclosed text" | "wrong";
}

function misplaced({ kind, text, start, end }: Token, open: number, hint = ""): TemplateFault {
  switch (kind) {
    case "unclosed":
      return { message: 'the braces are not closed: "}}" is missing', hint: LITERAL_HINT, start: open, end: open + 2 };
    case "unclosed text":
      return { message: "this text is not closed", hint: "expected the same quote at its end", start, end };
    case "wrong":
      return { message: `unexpected ${JSON.stringify(text)} in a template`, hint: LITERAL_HINT, start, end };
    case "end":
      return { message: "the expression is not complete", hint, start, end };
    default:
      return { message: `unexpected ${JSON.stringify(text)} in a template`, hint: hint || 'expected "}}"', start, end };
  }
}

const ESCAPED: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t", '"': '"', "'": "'", "\\": "\\" };

/** Reads one token after the other; the end of the text is `unclosed`, again and again. */
class Tokens {
  private readonly text: string;
  private at: number;

  constructor(text: string, start: number) {
    this.text = text;
    this.at = start;
  }

  /** @param afterDot a name there may begin with a digit. */
  take(afterDot = false): Token {
    while (/[ \t\r\n]/.test(this.text[this.at] ?? "")) this.at++;
    const { at: start, text } = this;
    const first = text[start];
    if (first === undefined) return { kind: "unclosed", text: "", start, end: start };
    if (text.startsWith("}}", start)) return this.token("end", start + 2);
    if (first === '"' || first === "'") return this.quoted(first);
    if (first === "." || first === "," || first === "(" || first === ")") return this.token(first, start + 1);
    const word = this.match(afterDot ? /[A-Za-z0-9_-]+/y : /[A-Za-z_][A-Za-z0-9_-]*/y);
    if (word > 0) return this.token("word", word);
    const number = this.match(/-?[0-9]+(?![A-Za-z0-9_.])/y);
    if (number > 0) return this.token("number", number);
    return this.token("wrong", start + String.fromCodePoint(text.codePointAt(start)!).length);
  }

  private token(kind: Token["kind"], end: number): Token {
    const start = this.at;
    this.at = end;
    return { kind, text: this.text.slice(start, end), start, end };
  }

  /** The end of what `pattern` matches here, or 0. */
  private match(pattern: RegExp): number {
    pattern.lastIndex = this.at;
    return pattern.test(this.text) ? pattern.lastIndex : 0;
  }

  private quoted(quote: string): Token {
    const { at: start, text } = this;
    let value = "";
    let at = start + 1;
    for (;;) {
      const char = text[at];
      if (char === undefined || char === "\n") return { kind: "unclosed text", text: "", start, end: start + 1 };
      if (char === quote) break;
      if (char !== "\\") {
        value += char;
        at++;
        continue;
      }
      const unit = /^u[0-9a-fA-F]{4}/.exec(text.slice(at + 1, at + 6));
      const escaped =
        unit === null ? ESCAPED[text[at + 1] ?? ""] : String.fromCharCode(parseInt(text.slice(at + 2, at + 6), 16));
      if (escaped === undefined) return { kind: "wrong", text: text.slice(at, at + 2), start: at, end: at + 2 };
      value += escaped;
      at += unit === null ? 2 : 6;
    }
    this.at = at + 1;
    return { kind: "quoted", text: value, start, end: at + 1 };
  }
}
