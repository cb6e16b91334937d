/** Routes about the server itself. They are not counted in the statistics, and no stall holds them up. */
import { type Exchange, JSON_TYPE, TEXT } from "./exchange.ts";
import { BadParameter } from "./params.ts";

/** `/stats`: the server's books. */
export function stats(exchange: Exchange): void {
  exchange.answerAtOnce(200, JSON_TYPE, `${JSON.stringify(exchange.state.stats(), null, 2)}\n`);
}

/** `POST /stats/reset`: new books. */
export function resetStats(exchange: Exchange): void {
  exchange.state.resetStats();
  exchange.answerAtOnce(200, TEXT, "reset\n");
}

/**
 * `POST /stall?ms=..` freezes all answers from now on for that long.
 * `POST /stall?every_ms=..&for_ms=..` freezes them in windows from now on; `for_ms=0` ends that.
 */
export function stallAll(exchange: Exchange): void {
  const { params, state } = exchange;
  if (params.has("ms")) {
    state.stalls.freeze(state.sinceStartNs(), params.ms("ms", null));
  } else {
    const everyNs = params.ms("every_ms", null);
    const forNs = params.ms("for_ms", null);
    if (forNs > everyNs) throw new BadParameter("parameter for_ms must not be larger than every_ms");
    state.stalls.windows = { everyNs: forNs === 0 ? 0 : everyNs, forNs };
  }
  exchange.answerAtOnce(200, TEXT, "stall set\n");
}
