/** Header fields as RFC 9110 section 5 allows them, less those that Z6 sets itself. */
import type { Header } from "../model/scenario.ts";
import type { Report } from "./problem.ts";
import type { Located } from "./shape.ts";

/** They say where a message ends or what a connection is for; a wrong one would desynchronise the connection. */
const SET_BY_Z6 = ["content-length", "transfer-encoding", "connection"];

/** The headers of one table in the order of the file; bad ones are reported and left out. */
export function resolveHeaders(
  table: Located<ReadonlyMap<string, Located<string>>> | undefined,
  report: Report,
): readonly Header[] {
  const headers: Header[] = [];
  const seen = new Map<string, string>();
  for (const [name, { value, key, at }] of table?.value ?? []) {
    const lower = name.toLowerCase();
    const twin = seen.get(lower);
    seen.set(lower, name);
    const trimmed = value.replace(/^[ \t]+|[ \t]+$/g, "");
    if (!/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name)) {
      report.problem(key, "not a header name", "expected letters, digits and hyphens, as in Content-Type");
    } else if (SET_BY_Z6.includes(lower)) {
      report.problem(key, `the header ${name} is set by Z6`, "remove it");
    } else if (twin !== undefined) {
      report.problem(key, `the header ${name} is given twice (as ${twin} before)`, "header names ignore case");
    } else if (!/^[\t -~\u00a0-\u00ff]*$/.test(trimmed)) {
      const hint = "expected one line of printable characters up to U+00FF";
      report.problem(at, `the header ${name} holds characters that no header may`, hint);
    } else {
      headers.push([name, trimmed]);
    }
  }
  return headers;
}
