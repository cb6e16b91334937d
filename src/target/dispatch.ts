/** From a request's head to its route: enters it in the books, reads it to its end, then lets the route act. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { ECHO_BYTES_MAX } from "./bounds.ts";
import { Exchange, TEXT } from "./exchange.ts";
import { BadParameter, Params } from "./params.ts";
import { type Match, matchRoute } from "./routes.ts";
import type { TargetState } from "./state.ts";

export function dispatch(state: TargetState, request: IncomingMessage, response: ServerResponse): void {
  const method = request.method ?? "GET";
  const url = request.url ?? "/";
  const queryAt = url.indexOf("?");
  const path = queryAt < 0 ? url : url.slice(0, queryAt);
  const params = new Params(queryAt < 0 ? "" : url.slice(queryAt + 1));
  const match = matchRoute(method, path);
  if (match?.parameter) params.setFromPath(...match.parameter);
  const books = match?.control ? null : state.books;
  books?.enter(method, path);
  const exchange = new Exchange(state, books, request, response, params);
  if (match?.keepsBody) keepBody(exchange);
  else request.resume();
  request.on("end", () => {
    exchange.received();
    handle(exchange, match, `${method} ${path}`);
  });
}

function handle(exchange: Exchange, match: Match | null, requested: string): void {
  if (match === null) {
    exchange.answer(404, TEXT, `no route ${requested.slice(0, 200)}\n`);
    return;
  }
  try {
    match.handler(exchange);
  } catch (error) {
    if (!(error instanceof BadParameter)) throw error;
    exchange.answer(400, TEXT, `${error.message}\n`);
  }
}

/** Gathers the body up to its bound; beyond it, reads on and keeps nothing. */
function keepBody(exchange: Exchange): void {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  exchange.request.on("data", (part: Uint8Array) => {
    bytes += part.length;
    if (bytes <= ECHO_BYTES_MAX) parts.push(part);
    else parts.length = 0;
  });
  exchange.request.on("end", () => {
    exchange.body = bytes <= ECHO_BYTES_MAX ? Buffer.concat(parts) : null;
  });
}
