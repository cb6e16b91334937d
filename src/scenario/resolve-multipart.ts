/** multipart/form-data (RFC 7578): texts and files as the parts of one body. */
import { fnv1a, utf8Encode } from "../base/bytes.ts";
import { BODY_FILE_BYTES_MAX } from "../base/limits.ts";
import type { RequestSpec } from "../model/scenario.ts";
import type { Part } from "../model/template.ts";
import type { ScenarioFiles } from "./files.ts";
import type { Report } from "./problem.ts";
import { REQUEST_SHAPE } from "./request-shape.ts";
import type { MultipartValue } from "./scenario-shape.ts";
import type { TemplateScope } from "./template-scope.ts";
import { bodyOf, partsOf } from "./template-text.ts";

const { content_type: CONTENT_TYPE } = REQUEST_SHAPE.keys.multipart.value.options[1].keys;

/** The body of the request of this index, and its Content-Type with the boundary. */
export function resolveMultipart(
  multipart: MultipartValue,
  request: number,
  files: ScenarioFiles,
  scope: TemplateScope,
  report: Report,
): { readonly body: NonNullable<RequestSpec["body"]>; readonly contentType: string } {
  const sections: Part[][] = [];
  for (const [name, value] of multipart.value) {
    const head = `\r\nContent-Disposition: form-data; name="${quotable(name)}"`;
    if ("value" in value) {
      const pieces = scope.read(value, request) ?? [];
      sections.push([{ kind: "text", text: `${head}\r\n\r\n` }, ...partsOf(pieces, "none")]);
      continue;
    }
    const { file, filename, content_type: type } = value.fields;
    const bytes = file === undefined ? null : files.body(file);
    if (file === undefined || bytes === null) continue;
    const given = filename?.value ?? file.value.replace(/^.*[/\\]/s, "");
    const heads = `${head}; filename="${quotable(given)}"\r\nContent-Type: ${type?.value ?? CONTENT_TYPE.default}`;
    sections.push([
      { kind: "text", text: `${heads}\r\n\r\n` },
      { kind: "bytes", bytes },
    ]);
  }
  const bytes = sections.flat().reduce((sum, part) => sum + bytesOf(part), 0);
  if (bytes > BODY_FILE_BYTES_MAX) {
    const hint = `expected at most ${BODY_FILE_BYTES_MAX}, as of a single file`;
    report.problem(multipart.key, `the parts of \`multipart\` have ${bytes} bytes together`, hint);
    return { body: new Uint8Array(0), contentType: "" };
  }
  const boundary = boundaryFor(sections.flat());
  const parts: Part[] = [{ kind: "text", text: `--${boundary}` }];
  for (const section of sections) parts.push(...section, { kind: "text", text: `\r\n--${boundary}` });
  parts.push({ kind: "text", text: "--\r\n" });
  return { body: bodyOf(parts), contentType: `multipart/form-data; boundary=${boundary}` };
}

/** Bytes of a part, as far as they are known. */
function bytesOf(part: Part): number {
  if (part.kind === "bytes") return part.bytes.length;
  return part.kind === "text" ? utf8Encode(part.text).length : 0;
}

/** A name within quotes, as browsers write it. */
function quotable(name: string): string {
  return name.replaceAll('"', "%22").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

/** A boundary that is in none of the parts as far as they are known; the same for the same parts. */
function boundaryFor(parts: readonly Part[]): string {
  const known: Uint8Array[] = [];
  for (const part of parts) {
    if (part.kind === "text") known.push(utf8Encode(part.text));
    else if (part.kind === "bytes") known.push(part.bytes);
  }
  const hashes = known.map((bytes) => fnv1a(bytes)).join(" ");
  for (let attempt = 0; ; attempt++) {
    const hash = fnv1a(utf8Encode(`${attempt} ${hashes}`));
    const boundary = `z6-part-${hash.toString(16).padStart(8, "0")}`;
    const wanted = utf8Encode(boundary);
    if (!known.some((bytes) => holds(bytes, wanted))) return boundary;
  }
}

function holds(bytes: Uint8Array, wanted: Uint8Array): boolean {
  for (let at = bytes.indexOf(wanted[0]!); at >= 0; at = bytes.indexOf(wanted[0]!, at + 1)) {
    if (wanted.every((byte, index) => bytes[at + index] === byte)) return true;
  }
  return false;
}
