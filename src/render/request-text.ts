/** A request to one target as the scenario has it: everything known but the values in it. */
import type { HeaderText, Method, RequestSpec, Target } from "../model/scenario.ts";
import type { Part, Text } from "../model/template.ts";
import { hostHeader, mergeHeaders } from "../protocol/request-fields.ts";

export interface RequestText {
  readonly method: Method;
  /** Value of the Host field unless the headers have one. */
  readonly host: string;
  /** Base path, path and query; without the base path where a link says the whole of it. */
  readonly path: Text;
  /** The target's and the request's, merged. */
  readonly headers: readonly HeaderText[];
  readonly body: Uint8Array | readonly Part[] | null;
  readonly tls: boolean;
  /** Connections to the target may turn out to speak HTTP/2. */
  readonly http2: boolean;
}

export function requestText(request: RequestSpec, target: Target): RequestText {
  const { method, path, headers, body } = request;
  const tls = target.tls !== null;
  return {
    method,
    host: hostHeader(target.host, target.port, tls),
    path: beginsWithUrl(path) ? path : behind(target.basePath, path),
    // A text of its own for each field, so that fields can be told apart by their texts.
    headers: mergeHeaders(target.headers, headers).map(([name, value]) => [
      name,
      typeof value === "string" ? value : { parts: value.parts },
    ]),
    body,
    tls,
    http2: target.httpVersion !== "http1.1",
  };
}

function behind(basePath: string, path: Text): Text {
  if (typeof path === "string") return basePath + path;
  return { parts: [{ kind: "text", text: basePath }, ...path.parts] };
}

/** Whether a path begins with a link, which is a path from the root. */
export function beginsWithUrl(path: Text): boolean {
  const first = typeof path === "string" ? undefined : path.parts[0];
  return first?.kind === "value" && first.escape === "url";
}

/** Whether the request differs from one sending to the next. A secret is the same throughout a run. */
export function isDynamic({ path, headers, body }: RequestText): boolean {
  const texts = [path, ...headers.map(([, value]) => value)];
  return texts.some((text) => typeof text !== "string" && hasValues(text.parts)) || (isParts(body) && hasValues(body));
}

export function isParts(body: RequestText["body"]): body is readonly Part[] {
  return Array.isArray(body);
}

function hasValues(parts: readonly Part[]): boolean {
  return parts.some(
    (part) =>
      (part.kind === "value" && part.value.kind !== "secret") || (part.kind === "base64" && hasValues(part.parts)),
  );
}
