/** Pieces of a text that was read (template-scope.ts) to what a scenario holds of it. */
import { concatBytes, utf8Encode } from "../base/bytes.ts";
import type { Escape, Part, Text } from "../model/template.ts";
import type { Piece } from "./template-scope.ts";

/**
 * The pieces as parts.
 * @param way how values are written for their place.
 * @param literal how literal text is; by default as it stands.
 */
export function partsOf(
  pieces: readonly Piece[],
  way: Escape,
  literal: (text: string) => string = (text) => text,
): readonly Part[] {
  return pieces.map((piece) =>
    piece.kind === "text"
      ? { kind: "text", text: literal(piece.text) }
      : { kind: "value", value: piece.value, escape: piece.isLink ? "url" : way },
  );
}

/** The parts as a text; those of a header or a path, which hold no bytes. */
export function textOf(parts: readonly Part[]): Text {
  const joined = joinTexts(parts);
  if (joined.length === 0) return "";
  const [first] = joined;
  return joined.length === 1 && first!.kind === "text" ? first!.text : { parts: joined };
}

/** The parts as a body: bytes when they hold no value. */
export function bodyOf(parts: readonly Part[]): Uint8Array | readonly Part[] {
  const chunks: Uint8Array[] = [];
  for (const part of parts) {
    if (part.kind === "text") chunks.push(utf8Encode(part.text));
    else if (part.kind === "bytes") chunks.push(part.bytes);
    else return joinTexts(parts);
  }
  return concatBytes(chunks);
}

/** Neighbouring texts become one, empty ones none. */
function joinTexts(parts: readonly Part[]): readonly Part[] {
  const joined: Part[] = [];
  for (const part of parts) {
    const last = joined.at(-1);
    if (part.kind !== "text") joined.push(part);
    else if (last?.kind === "text") joined[joined.length - 1] = { kind: "text", text: last.text + part.text };
    else if (part.text !== "") joined.push(part);
  }
  return joined;
}
