/** The life of one user, a line for each step, in the order of the ledger. Lines are whole facts and never clipped. */
import { unreachable } from "../base/assert.ts";
import type { RequestRecord } from "../model/request-record.ts";
import type { Scenario } from "../model/scenario.ts";
import type { Shortened, UserStep } from "../model/story.ts";
import { printable, type Span } from "./columns.ts";
import { Page } from "./page.ts";
import {
  bytesWords,
  durationWords,
  momentColumn,
  outcomePaint,
  outcomeWords,
  planWords,
  requestWords,
} from "./request-words.ts";
import { writeMore } from "./story-page.ts";
import type { Style } from "./style.ts";
import { formatNs, plural } from "./units.ts";

const COLUMNS = 100;
/** Characters of a captured value that are shown. */
const VALUE_CHARS = 60;

/** The timeline of a user or an arrival, ending in a newline. */
export function renderUser(user: number, steps: Shortened<UserStep>, scenario: Scenario, colour: boolean): string {
  const page = new Page(colour, COLUMNS);
  page.heading(`${isArrival(user, scenario) ? "Arrival" : "User"} ${user}`, printable(scenario.metadata.name));
  page.explain("Seconds since the run began; a request stands where it ended.");
  if (steps.shown.length === 0) page.row(["nothing: the run has no trace of it", page.style.plain]);
  for (const step of steps.shown) {
    const timeNs = step.kind === "request" ? step.request.endNs : step.timeNs;
    page.wholeRow([`${momentColumn(timeNs)}  `, page.style.faint], ...stepSpans(step, scenario, page.style));
  }
  writeMore(page, steps.more, "step");
  return page.toString();
}

function stepSpans(step: UserStep, scenario: Scenario, style: Style): Span[] {
  switch (step.kind) {
    case "spawned":
      return [["spawned", style.strong]];
    case "dropped":
      return [
        ["dropped", style.bad],
        [`  ${step.reason}: no user was free`, style.faint],
      ];
    case "check_failed": {
      const words = printable(scenario.rules[step.rule]?.words ?? `rule ${step.rule}`);
      return [[`  the answer broke a rule: ${words}`, style.bad]];
    }
    case "captured": {
      const name = scenario.variables[scenario.captures[step.capture]?.variable ?? -1] ?? `capture ${step.capture}`;
      const value = step.text === null ? "a secret" : shortened(printable(step.text));
      return [[`  captured ${printable(name)}: ${value}`, style.faint]];
    }
    case "paused":
      return [[`issues its next request, after a pause of ${formatNs(step.pausedNs)}`, style.faint]];
    case "request":
      return requestSpans(step.request, scenario, style);
    case "connection_opened": {
      const url = printable(scenario.targets[step.target]?.baseUrl ?? `target ${step.target}`);
      const tls = step.tlsNs === 0 ? "" : `, TLS ${formatNs(step.tlsNs)}${step.resumed ? " (session resumed)" : ""}`;
      const times = `  ${step.protocol}, TCP ${formatNs(step.tcpNs)}${tls}`;
      return [
        [`connection ${step.connection} opened to ${url}`, style.accent],
        [times, style.faint],
      ];
    }
    case "connection_closed":
      return [
        [`connection ${step.connection} closed`, style.accent],
        [`  ${step.reason}, after ${plural(step.requests, "request")}`, style.faint],
      ];
    case "retired":
      return [
        ["retired", style.strong],
        [`  ${step.reason}, after ${plural(step.iterations, "iteration")}`, style.faint],
      ];
    default:
      return unreachable(step);
  }
}

function isArrival(user: number, { groups }: Scenario): boolean {
  const group = groups.find(
    ({ firstIdentity, identities }) => user >= firstIdentity && user < firstIdentity + identities,
  );
  return group?.schedule.type === "arrivals";
}

function shortened(value: string): string {
  return value.length <= VALUE_CHARS ? value : `${value.slice(0, VALUE_CHARS)}… (${value.length} characters)`;
}

function requestSpans(request: RequestRecord, scenario: Scenario, style: Style): Span[] {
  const answered = request.status > 0;
  const facts = [
    planWords(request),
    bytesWords(request),
    ...(answered ? [request.reused ? "connection reused" : "new connection"] : []),
  ];
  return [
    [`${requestWords(request, scenario)}  `, style.plain],
    [outcomeWords(request), outcomePaint(request, style)],
    [` ${durationWords(request)}`, style.plain],
    [`  · ${facts.join(" · ")}`, style.faint],
  ];
}
