/** A request to one target as the scenario has it: everything known but the values in it. */
import type { HeaderText, Method, RequestSpec, Target } from "../model/scenario.ts";
import type { Part, Text } from "../model/template.ts";
import { hostHeader, mergeHeaders } from "../protocol/request-fields.ts";

export interface RequestText {
  readonly method: Method;
  /** Value of the Host field unless the headers have one. */
  readonly host: string;
  /** Base path, path and query. */
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
    path:
      typeof path === "string"
        ? target.basePath + path
        : { parts: [{ kind: "text", text: target.basePath }, ...path.parts] },
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
