/** From a request's head to its route: enters it in the books, reads it to its end, then lets the route act. */
import { ECHO_BYTES_MAX } from "./bounds.ts";
import type { Carrier } from "./carrier.ts";
import type { Connection } from "./connections.ts";
import { Exchange, TEXT } from "./exchange.ts";
import { BadParameter, Params } from "./params.ts";
import { type Match, matchRoute } from "./routes.ts";
import type { TargetState } from "./state.ts";

export function dispatch(state: TargetState, connection: Connection, carrier: Carrier): void {
  connection.requests++;
  if (connection.requests === state.settings.requestsPerConnection) carrier.closeAfterAnswer();
  const { method, url } = carrier;
  const queryAt = url.indexOf("?");
  const path = queryAt < 0 ? url : url.slice(0, queryAt);
  const params = new Params(queryAt < 0 ? "" : url.slice(queryAt + 1));
  const match = matchRoute(method, path);
  if (match?.parameter) params.setFromPath(...match.parameter);
  const books = match?.control ? null : state.books;
  books?.enter(method, path, carrier.httpVersion);
  const exchange = new Exchange(state, books, carrier, params);
  if (match?.keepsBody) keepBody(exchange);
  else carrier.received.resume();
  carrier.received.on("end", () => {
    // HTTP/2 ends a body in good order that its client has cut off without an error.
    if (carrier.gone) return;
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
  const { received } = exchange.carrier;
  const parts: Uint8Array[] = [];
  let bytes = 0;
  received.on("data", (part: Uint8Array) => {
    bytes += part.length;
    if (bytes <= ECHO_BYTES_MAX) parts.push(part);
    else parts.length = 0;
  });
  received.on("end", () => {
    exchange.body = bytes <= ECHO_BYTES_MAX ? Buffer.concat(parts) : null;
  });
}
