/** Routes that answer late, or never. The server records how late. */
import { CHANCE } from "./chances.ts";
import { DISTRIBUTIONS, drawDelayNs } from "./delays.ts";
import { type Exchange, TEXT } from "./exchange.ts";
import { BadParameter } from "./params.ts";
import { windowEndNs } from "./stalls.ts";

/** `/delay/:ms`: a fixed delay. */
export function fixedDelay(exchange: Exchange): void {
  answerAfter(exchange, exchange.params.ms("ms", null));
}

/** `/delay?distribution=..&min=..&max=..&seed=..`: a delay drawn from a distribution. */
export function drawnDelay(exchange: Exchange): void {
  const { params, state } = exchange;
  const distribution = params.choice("distribution", DISTRIBUTIONS);
  const minNs = params.ms("min", 0);
  const maxNs = params.ms("max", 100);
  if (minNs > maxNs) throw new BadParameter("parameter min must not be larger than max (default 0 and 100)");
  const streams = state.chances.streams(params.seed("seed", state.settings.seed));
  answerAfter(exchange, drawDelayNs(streams, CHANCE.delay, distribution, minNs, maxNs));
}

/** `/never`: no answer as long as the client cares to wait. */
export function never(): void {
  // The request stays pending until the client goes away; then it counts as abandoned.
}

/** `/stall?every_ms=..&for_ms=..`: at once, except in the last `for_ms` of every `every_ms` since the start. */
export function stallWindows(exchange: Exchange): void {
  const everyNs = exchange.params.ms("every_ms", 1_000);
  const forNs = exchange.params.ms("for_ms", 100);
  if (forNs > everyNs) throw new BadParameter("parameter for_ms must not be larger than every_ms");
  const timeNs = exchange.state.sinceStartNs();
  answerAfter(exchange, windowEndNs({ everyNs, forNs }, timeNs) - timeNs);
}

function answerAfter(exchange: Exchange, delayNs: number): void {
  exchange.timed = true;
  exchange.wait(delayNs, () => exchange.answer(200, TEXT, "waited\n"));
}
