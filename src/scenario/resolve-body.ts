/**
 * The body of a request, from whichever key gives it, and the headers that go with it. How values are written in `body`
 * follows from its Content-Type: as JSON, as a form, or as they are. A body without Content-Type is JSON when it begins
 * as JSON does.
 */
import { escaped } from "../base/escape.ts";
import type { HeaderText, RequestSpec } from "../model/scenario.ts";
import type { Part, Text } from "../model/template.ts";
import type { ScenarioFiles } from "./files.ts";
import { headerOf } from "./headers.ts";
import type { Report } from "./problem.ts";
import { resolveMultipart } from "./resolve-multipart.ts";
import type { RequestValue } from "./scenario-shape.ts";
import type { Located } from "./shape.ts";
import { canBeJson, jsonParts } from "./template-json.ts";
import type { Piece, TemplateScope } from "./template-scope.ts";
import { bodyOf, partsOf } from "./template-text.ts";

export interface ResolvedBody {
  readonly body: RequestSpec["body"];
  /** Beside those that the file gives. */
  readonly headers: readonly HeaderText[];
}

const FORM_TYPE = "application/x-www-form-urlencoded";

/**
 * The body of the request of this index.
 * @param own the request's headers.
 * @param inherited Content-Type that the target gives, if any.
 */
export function resolveBody(
  { fields }: RequestValue,
  request: number,
  own: readonly HeaderText[],
  inherited: Text | undefined,
  files: ScenarioFiles,
  scope: TemplateScope,
  report: Report,
): ResolvedBody {
  const ownType = headerOf(own, "content-type");
  if (fields.body !== undefined) {
    return { body: textBody(fields.body, request, ownType ?? inherited, scope), headers: [] };
  }
  if (fields.form !== undefined) {
    const body = formBody(fields.form.value, request, scope);
    return { body, headers: ownType === undefined ? [["Content-Type", FORM_TYPE]] : [] };
  }
  if (fields.multipart !== undefined) {
    const { body, contentType } = resolveMultipart(fields.multipart, request, files, scope, report);
    const given = [...(fields.headers?.value ?? [])].find(([name]) => name.toLowerCase() === "content-type");
    if (given !== undefined) {
      const hint = "remove it: it says where the parts end";
      report.problem(given[1].key, "the header Content-Type is set by [requests.multipart]", hint);
    }
    return { body, headers: [["Content-Type", contentType]] };
  }
  return { body: fields.body_file === undefined ? null : files.body(fields.body_file), headers: [] };
}

function textBody(
  text: Located<string>,
  request: number,
  contentType: Text | undefined,
  scope: TemplateScope,
): RequestSpec["body"] {
  const pieces = scope.read(text, request);
  if (pieces === null) return null;
  if (pieces.every((piece) => piece.kind === "text")) return bodyOf(partsOf(pieces, "none"));
  const type = contentType === undefined ? undefined : mediaType(contentType);
  if (type === FORM_TYPE) return bodyOf(partsOf(pieces, "form"));
  if (type === undefined ? !beginsAsJson(pieces) : !type.includes("json")) return bodyOf(partsOf(pieces, "none"));
  // Types such as application/x-ndjson are of several JSON texts, or of more than JSON.
  if ((type === undefined || /^(?:application|text)\/json$|\+json$/.test(type)) && !canBeJson(pieces)) {
    const hint =
      type === undefined
        ? "if it is not meant to be JSON, say in the header Content-Type what it is"
        : "a value is a whole JSON value, or stands within the quotes of a text";
    scope.problem(text, { start: 0, end: text.value.length }, "`body` is not JSON, whatever its values are", hint);
  }
  return bodyOf(jsonParts(pieces));
}

/** The media type in lower case, without parameters; of a templated one what is literal. */
function mediaType(contentType: Text): string {
  const literal =
    typeof contentType === "string"
      ? contentType
      : contentType.parts.map((part) => (part.kind === "text" ? part.text : "")).join("");
  return literal.replace(/;.*$/s, "").trim().toLowerCase();
}

function beginsAsJson([first]: readonly Piece[]): boolean {
  return first?.kind === "text" && /^\s*[{[]/.test(first.text);
}

function formBody(
  fields: ReadonlyMap<string, Located<string>>,
  request: number,
  scope: TemplateScope,
): RequestSpec["body"] {
  const parts: Part[] = [];
  for (const [name, value] of fields) {
    parts.push({ kind: "text", text: `${parts.length > 0 ? "&" : ""}${escaped(name, "form")}=` });
    parts.push(...partsOf(scope.read(value, request) ?? [], "form", (text) => escaped(text, "form")));
  }
  return bodyOf(parts);
}
