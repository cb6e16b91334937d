/** A request in words: what it was, how it ended, where its time went. Pieces of a line, for timelines and lists. */
import { NS_PER_SECOND } from "../base/units.ts";
import type { RequestRecord } from "../model/request-record.ts";
import type { Scenario } from "../model/scenario.ts";
import { printable, right } from "./columns.ts";
import type { Paint, Style } from "./style.ts";
import { textWords } from "./text-words.ts";
import { formatBytes, formatNs } from "./units.ts";

const MOMENT = 14;

/** A moment of the run in seconds, to the microsecond, in a column of its own: "      1.234567". */
export function momentColumn(timeNs: number): string {
  return right(momentWords(timeNs), MOMENT);
}

/** A moment of the run in seconds, to the microsecond: "1.234567". */
function momentWords(timeNs: number): string {
  return (timeNs / NS_PER_SECOND).toFixed(6);
}

/** "login  POST /session", and at which target when there are several. */
export function requestWords({ request, target }: RequestRecord, scenario: Scenario): string {
  const { requests, targets } = scenario;
  const spec = requests[request];
  if (spec === undefined) return `request ${request}`;
  const at = targets.length > 1 ? ` at ${targets[target]?.name ?? target}` : "";
  return printable(`${spec.name}  ${spec.method} ${textWords(spec.path, scenario)}${at}`);
}

/** "200", "connection_reset (errno 104)", "timed out", ... */
export function outcomeWords({ outcome, status, failure, errno, settled }: RequestRecord): string {
  switch (outcome) {
    case "ok":
    case "status":
      return String(status);
    case "check":
      return `${status}, check failed`;
    case "failed":
      return errno === 0 ? failure : `${failure} (errno ${errno})`;
    case "timed_out":
      return "timed out";
    case "unfinished":
      return settled ? "unfinished at the stop" : "no outcome: the ledger ends before it";
  }
}

/** The colour of an outcome. */
export function outcomePaint({ outcome }: RequestRecord, style: Style): Paint {
  if (outcome === "ok") return style.good;
  return outcome === "unfinished" ? style.warning : style.bad;
}

/** "in 2.11 ms: wait 841 us, first byte 1.20 ms, body 71 us", or as much of it as the ledger says. */
export function durationWords(request: RequestRecord): string {
  const { outcome, endNs, plannedNs, waitNs, ttfbNs, sent } = request;
  const latencyNs = endNs - plannedNs;
  if (outcome === "ok" || outcome === "status" || outcome === "check") {
    const body = formatNs(latencyNs - waitNs - ttfbNs);
    return `in ${formatNs(latencyNs)}: wait ${formatNs(waitNs)}, first byte ${formatNs(ttfbNs)}, body ${body}`;
  }
  if (outcome !== "failed") return `after ${formatNs(latencyNs)}`;
  return `after ${formatNs(latencyNs)}${sent ? `, first byte sent after ${formatNs(waitNs)}` : ", nothing sent"}`;
}

/** "planned 1.234567, issued 20 us late". */
export function planWords({ plannedNs, latenessNs }: RequestRecord): string {
  const late = latenessNs === 0 ? "on time" : `${formatNs(latenessNs)} late`;
  return `planned ${momentWords(plannedNs)}, issued ${late}`;
}

/** "85 B out, 212 B in". */
export function bytesWords({ bytesOut, bytesIn }: RequestRecord): string {
  return `${formatBytes(bytesOut)} out, ${formatBytes(bytesIn)} in`;
}
