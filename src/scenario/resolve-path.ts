/** The path of a request: literal text as it is sent, values percent-encoded, a link at its beginning followed. */
import type { Text } from "../model/template.ts";
import type { Located } from "./shape.ts";
import type { TemplateScope } from "./template-scope.ts";
import { partsOf, textOf } from "./template-text.ts";

/** Characters of a path and query that are sent as they are written. */
const LITERAL = /^[!"$-~]*$/;

/** Path and query of the request of this index; what is wrong with them is reported. */
export function resolvePath(path: Located<string> | undefined, request: number, scope: TemplateScope): Text {
  const pieces = path === undefined ? null : scope.read(path, request, true);
  if (path === undefined || pieces === null) return "/";
  for (const piece of pieces) {
    if (piece.kind === "value" || LITERAL.test(piece.text)) continue;
    const offset = piece.text.search(/[^!"$-~]/);
    // A literal in quotes is marked as a whole.
    const isPlain = piece.end - piece.start === piece.text.length;
    const where = isPlain ? { start: piece.start + offset, end: piece.start + offset + 1 } : piece;
    const message = '`path` must hold no spaces, control characters, "#" or characters beyond ASCII';
    scope.problem(path, where, message, "write them percent-encoded: %20 for a space");
    break;
  }
  return textOf(partsOf(pieces, "uri"));
}
