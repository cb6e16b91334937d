/** The table of routes, and how a path finds its own. */
import type { Exchange } from "./exchange.ts";
import { account, login, logout } from "./routes-accounts.ts";
import { resetStats, stallAll, stats } from "./routes-control.ts";
import { drop, flaky } from "./routes-failing.ts";
import { garbage, infiniteBody, infiniteHeaders, shortBody } from "./routes-misbehaving.ts";
import { bytes, close, echo, root, status } from "./routes-plain.ts";
import { drawnDelay, fixedDelay, never, stallWindows } from "./routes-slow.ts";
import { chunked, stream } from "./routes-streaming.ts";

/** Acts on a request that has arrived whole. Throws BadParameter when it asks for what cannot be. */
export type Handler = (exchange: Exchange) => void;

export interface Match {
  readonly handler: Handler;
  /** What the path says besides. */
  readonly parameter: readonly [name: string, value: string] | null;
  /** About the server itself: stays out of its books. */
  readonly control: boolean;
  /** Whether the handler wants the request's body. */
  readonly keepsBody: boolean;
}

/** Routes for one method. */
const OF_METHOD: ReadonlyMap<string, Handler> = new Map([
  ["POST /login", login],
  ["POST /logout", logout],
]);

const CONTROL: ReadonlyMap<string, Handler> = new Map([
  ["GET /stats", stats],
  ["POST /stats/reset", resetStats],
  ["POST /stall", stallAll],
]);

const FIXED: ReadonlyMap<string, Handler> = new Map([
  ["/", root],
  ["/account", account],
  ["/body/infinite", infiniteBody],
  ["/body/short", shortBody],
  ["/chunked", chunked],
  ["/close", close],
  ["/delay", drawnDelay],
  ["/drop", drop],
  ["/echo", echo],
  ["/flaky", flaky],
  ["/garbage", garbage],
  ["/headers/infinite", infiniteHeaders],
  ["/never", never],
  ["/stall", stallWindows],
  ["/stream", stream],
]);

const WANTS_BODY: ReadonlySet<Handler> = new Set([echo, login]);

/** Routes whose last segment is a parameter: what stands before it, its name, the handler. */
const WITH_PARAMETER: ReadonlyMap<string, readonly [name: string, handler: Handler]> = new Map([
  ["/bytes/", ["n", bytes] as const],
  ["/delay/", ["ms", fixedDelay] as const],
  ["/status/", ["code", status] as const],
]);

/** Finds the route of a request; null when there is none. `path` is without the query. */
export function matchRoute(method: string, path: string): Match | null {
  const control = CONTROL.get(`${method} ${path}`);
  if (control !== undefined) return { handler: control, parameter: null, control: true, keepsBody: false };
  const fixed = FIXED.get(path) ?? OF_METHOD.get(`${method} ${path}`);
  if (fixed !== undefined) {
    return { handler: fixed, parameter: null, control: false, keepsBody: WANTS_BODY.has(fixed) };
  }
  const segmentAt = path.lastIndexOf("/") + 1;
  const open = WITH_PARAMETER.get(path.slice(0, segmentAt));
  if (open === undefined) return null;
  const [name, handler] = open;
  return { handler, parameter: [name, path.slice(segmentAt)], control: false, keepsBody: false };
}
