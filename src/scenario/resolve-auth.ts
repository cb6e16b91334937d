/** Who sends: `auth` of a target or a request as the header Authorization. */
import { base64Encode } from "../base/base64.ts";
import type { HeaderText } from "../model/scenario.ts";
import type { Part, Text } from "../model/template.ts";
import { type HeadersValue, headerText } from "./headers.ts";
import type { Report } from "./problem.ts";
import type { AuthValue } from "./scenario-shape.ts";
import type { Located } from "./shape.ts";
import type { Owner, TemplateScope } from "./template-scope.ts";
import { bodyOf, partsOf } from "./template-text.ts";

/** The header that `auth` makes, if it is given; bad values are reported. `headers` are those beside it in the file. */
export function resolveAuth(
  auth: AuthValue | undefined,
  headers: HeadersValue | undefined,
  owner: Owner,
  scope: TemplateScope,
  report: Report,
): readonly HeaderText[] {
  if (auth === undefined) return [];
  for (const [name, { key }] of headers?.value ?? []) {
    if (name.toLowerCase() !== "authorization") continue;
    report.problem(key, `\`auth\` and the header ${name} exclude each other`, "keep one of the two");
  }
  const { basic, bearer } = auth.fields;
  let value: Text | null = null;
  if (bearer !== undefined) {
    value = prefixed("Bearer ", headerText(bearer, "the token", owner, scope, report));
  } else if (basic?.fields.username !== undefined && basic.fields.password !== undefined) {
    value = basicOf(basic.fields.username, basic.fields.password, owner, scope, report);
  }
  return value === null ? [] : [["Authorization", value]];
}

/** "Basic " and the base64 of `user:password` in UTF-8 (RFC 7617 2). */
function basicOf(
  username: Located<string>,
  password: Located<string>,
  owner: Owner,
  scope: TemplateScope,
  report: Report,
): Text | null {
  const user = scope.read(username, owner);
  const secret = scope.read(password, owner);
  if (user === null || secret === null) return null;
  if (user.some((piece) => piece.kind === "text" && piece.text.includes(":"))) {
    report.problem(username.at, "a user name must not hold a colon", "RFC 7617: the colon ends the name");
  }
  const parts: readonly Part[] = [...partsOf(user, "none"), { kind: "text", text: ":" }, ...partsOf(secret, "none")];
  const content = bodyOf(parts);
  if (content instanceof Uint8Array) return `Basic ${base64Encode(content)}`;
  return {
    parts: [
      { kind: "text", text: "Basic " },
      { kind: "base64", parts: content },
    ],
  };
}

function prefixed(prefix: string, text: Text | null): Text | null {
  if (text === null) return null;
  if (typeof text === "string") return prefix + text;
  return { parts: [{ kind: "text", text: prefix }, ...text.parts] };
}
