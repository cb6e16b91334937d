/**
 * Routes that break HTTP or never end, each in the way of its protocol. The endless ones wait for a slow reader and
 * stop when the client goes away.
 */
import type { Exchange } from "./exchange.ts";
import { filler } from "./filler.ts";
import { pour } from "./pour.ts";

const ENDLESS_PIECE_BYTES = 16 * 1024;

/** `/garbage`: what is no HTTP. */
export function garbage(exchange: Exchange): void {
  misbehave(exchange, () => exchange.carrier.garbage());
}

/** `/headers/infinite`: a head that never ends. */
export function infiniteHeaders(exchange: Exchange): void {
  misbehave(exchange, () => exchange.carrier.endlessHead());
}

/** `/body/infinite`: a good head, then a body without end. */
export function infiniteBody(exchange: Exchange): void {
  const piece = filler(ENDLESS_PIECE_BYTES);
  misbehave(exchange, () => {
    if (exchange.begin({}))
      pour(
        exchange.carrier.body,
        () => piece,
        () => {},
      );
  });
}

/** `/body/short`: 500 of the 1000 bytes that the head promises. */
export function shortBody(exchange: Exchange): void {
  const { carrier } = exchange;
  misbehave(exchange, () => {
    if (exchange.begin({ "content-length": 1_000 })) carrier.body.write(filler(500), () => carrier.endShort());
  });
}

function misbehave(exchange: Exchange, act: () => void): void {
  exchange.whenThawed(() => {
    exchange.lose("misbehaved");
    act();
  });
}
