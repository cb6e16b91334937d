/**
 * Routes that break HTTP or never end. They write to the socket past the HTTP server, which would not allow most of
 * it. The endless ones wait for a slow reader and stop when the client goes away.
 */
import type { Exchange } from "./exchange.ts";
import { filler } from "./filler.ts";
import { pour } from "./pour.ts";

/** Every byte there is, from the last to the first: no HTTP, no text. */
const GARBAGE = Uint8Array.from({ length: 256 }, (_, index) => 255 - index);
const HEADER_VALUE = "z".repeat(1_000);
const ENDLESS_PIECE_BYTES = 16 * 1024;

/** `/garbage`: bytes that are no HTTP, then the connection is closed. */
export function garbage(exchange: Exchange): void {
  misbehave(exchange, () => exchange.writeRaw(GARBAGE, () => exchange.endConnection("close")));
}

/** `/headers/infinite`: a head that never ends. */
export function infiniteHeaders(exchange: Exchange): void {
  let headers = 0;
  const nextHeader = () => `X-Header-${headers++}: ${HEADER_VALUE}\r\n`;
  misbehave(exchange, () => exchange.writeRaw("HTTP/1.1 200 OK\r\n", () => pour(exchange.socket, nextHeader, noEnd)));
}

/** `/body/infinite`: a good head, then chunks without end. */
export function infiniteBody(exchange: Exchange): void {
  const piece = filler(ENDLESS_PIECE_BYTES);
  misbehave(exchange, () => {
    exchange.response.writeHead(200, { "transfer-encoding": "chunked" });
    pour(exchange.response, () => piece, noEnd);
  });
}

/** `/body/short`: 500 of the 1000 bytes that the head promises, then the connection is closed. */
export function shortBody(exchange: Exchange): void {
  misbehave(exchange, () => {
    exchange.writeRaw("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n", () => {
      exchange.writeRaw(filler(500), () => exchange.endConnection("close"));
    });
  });
}

function misbehave(exchange: Exchange, act: () => void): void {
  exchange.whenThawed(() => {
    exchange.lose("misbehaved");
    act();
  });
}

/** What follows what has no end. */
function noEnd(): void {}
