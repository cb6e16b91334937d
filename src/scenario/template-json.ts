/**
 * JSON with values in it. A value within the quotes of a string becomes part of that string; anywhere else it is a JSON
 * value of its own: `{"id": {{user}}, "mail": "{{users.name}}@example.com"}`.
 */
import { unreachable } from "../base/assert.ts";
import { escaped } from "../base/escape.ts";
import type { Part, Value } from "../model/template.ts";
import type { Piece } from "./template-scope.ts";

/** The pieces as parts, each value written for its place. */
export function jsonParts(pieces: readonly Piece[]): readonly Part[] {
  const inText = placesInText(pieces);
  return pieces.map((piece, index) =>
    piece.kind === "text"
      ? { kind: "text", text: piece.text }
      : { kind: "value", value: piece.value, escape: inText[index] ? "json_text" : "json_value" },
  );
}

/** Whether the pieces are JSON for some values. */
export function canBeJson(pieces: readonly Piece[]): boolean {
  const inText = placesInText(pieces);
  const sample = pieces.map((piece, index) => {
    if (piece.kind === "text") return piece.text;
    if (inText[index]) return "x";
    return sampleOf(piece.value, isWithinNumber(pieces[index - 1], pieces[index + 1]));
  });
  try {
    JSON.parse(sample.join(""));
    return true;
  } catch {
    // Of a text that is not JSON nothing but that is asked.
    return false;
  }
}

/** A form that the value can have as a JSON value: a number where one is needed, else a text, if it can be either. */
function sampleOf(value: Value, needsNumber: boolean): string {
  switch (value.kind) {
    case "user":
    case "iteration":
      return "1";
    case "int":
      return String(value.max);
    case "uuid":
      return '"x"';
    case "choice": {
      const forms = value.texts.map((text) => escaped(text, "json_value"));
      return forms.find((form) => form.startsWith('"') !== needsNumber) ?? forms[0]!;
    }
    case "string":
    case "secret":
    case "data":
    case "variable":
      return needsNumber ? "1" : '"x"';
    default:
      return unreachable(value);
  }
}

/** Digits beside a value, or another value, can only be a number together with it. */
function isWithinNumber(before: Piece | undefined, after: Piece | undefined): boolean {
  if (before?.kind === "value" || after?.kind === "value") return true;
  return /[0-9.eE+-]$/.test(before?.text ?? "") || /^[0-9.eE]/.test(after?.text ?? "");
}

/** For each piece whether it begins within the quotes of a JSON string. */
function placesInText(pieces: readonly Piece[]): readonly boolean[] {
  let inText = false;
  let isEscaped = false;
  return pieces.map((piece) => {
    const begins = inText;
    if (piece.kind === "value") {
      isEscaped = false;
      return begins;
    }
    for (const char of piece.text) {
      if (isEscaped) isEscaped = false;
      else if (char === "\\") isEscaped = inText;
      else if (char === '"') inText = !inText;
    }
    return begins;
  });
}
