/** Routes that fail by chance, the same requests for the same seed. */
import { NS_PER_MS } from "../base/units.ts";
import { CHANCE } from "./chances.ts";
import { type Exchange, TEXT } from "./exchange.ts";
import { filler } from "./filler.ts";

/** Of a dropped answer, the body that its head promises and the part of it that is sent. */
const PROMISED_BYTES = 1_000;
const SENT_BYTES = 500;
/**
 * Between those bytes and the end of the connection. Subtle: a client that finds data and a reset together may report
 * an orderly end after the data (libuv does), so the data gets a head start.
 */
const HEAD_START_NS = 10 * NS_PER_MS;

/** `/flaky?ratio=0.05&status=500&seed=..`: that status for that fraction of the requests, else 200. */
export function flaky(exchange: Exchange): void {
  const { params, state } = exchange;
  const ratio = params.ratio("ratio", 0.05);
  const status = params.integer("status", { min: 200, max: 599, fallback: 500 });
  const failed = state.chances.hits(params.seed("seed", state.settings.seed), CHANCE.flaky, ratio);
  if (failed) exchange.answer(status, TEXT, "failed as asked\n");
  else exchange.answer(200, TEXT, "ok\n");
}

/** `/drop?when=before|within&how=reset|close|tcp_reset&ratio=1&seed=..`: drops the request instead of answering it. */
export function drop(exchange: Exchange): void {
  const { params, state } = exchange;
  const when = params.choice("when", ["before", "within"]);
  const how = params.choice("how", ["reset", "close", "tcp_reset"]);
  const ratio = params.ratio("ratio", 1);
  if (!state.chances.hits(params.seed("seed", state.settings.seed), CHANCE.drop, ratio)) {
    exchange.answer(200, TEXT, "ok\n");
    return;
  }
  const { carrier } = exchange;
  exchange.whenThawed(() => {
    if (when === "before" || !exchange.wantsBody) {
      exchange.lose("dropped_before");
      carrier.drop(how);
    } else {
      exchange.lose("dropped_within");
      exchange.begin({ "content-length": PROMISED_BYTES });
      carrier.body.write(filler(SENT_BYTES), () => exchange.wait(HEAD_START_NS, () => carrier.drop(how)));
    }
  });
}
