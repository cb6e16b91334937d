/** Failures, two lines each: what failed and how, and what its user had seen before. Lines are never clipped. */
import type { Scenario } from "../model/scenario.ts";
import type { FailureStory, Shortened, UserPast } from "../model/story.ts";
import { printable } from "./columns.ts";
import { Page } from "./page.ts";
import { durationWords, momentColumn, outcomeWords, planWords, requestWords } from "./request-words.ts";
import { writeMore } from "./story-page.ts";
import { formatCount, formatNs, plural } from "./units.ts";

const COLUMNS = 100;

/** The list, ending in a newline. */
export function renderFailures(failures: Shortened<FailureStory>, scenario: Scenario, colour: boolean): string {
  const page = new Page(colour, COLUMNS);
  const { style } = page;
  const count = failures.shown.length + failures.more;
  if (count === 0) page.heading("Failures", "none", style.good);
  else page.heading("Failures", `${formatCount(count)}, ${printable(scenario.metadata.name)}`);
  if (count > 0)
    page.explain("Seconds since the run began. Answers are no failures, whatever their status and what they say.");
  for (const { request, past } of failures.shown) {
    page.wholeRow(
      [`${momentColumn(request.endNs)}  `, style.faint],
      [`user ${request.user}  ${requestWords(request, scenario)}  `, style.plain],
      [outcomeWords(request), style.bad],
      [` ${durationWords(request)}`, style.plain],
      [`  · ${planWords(request)}`, style.faint],
    );
    page.wholeRow(
      [`${" ".repeat(momentColumn(0).length)}  `, style.plain],
      [pastWords(past, request.endNs), style.faint],
    );
  }
  writeMore(page, failures.more, "failure");
  return page.toString();
}

/** "before it: 3 requests, the last 200, 12 ms earlier; connection 4 opened 1.2 s earlier, 3 answers on it". */
function pastWords({ requests, last, connection }: UserPast, timeNs: number): string {
  const before = (otherNs: number): string => `${formatNs(timeNs - otherNs)} earlier`;
  const first =
    last === null
      ? "the user's first request"
      : `before it ${plural(requests, "request")}, the last ${lastWords(last)} ${before(last.endNs)}`;
  if (connection === null) return `${first}; no connection had been opened for this user`;
  const { connection: number, openedNs, answers, closed } = connection;
  const opened = `connection ${number} opened ${before(openedNs)}, ${plural(answers, "answer")} since`;
  const end =
    closed === null
      ? ""
      : `, closed (${closed.reason}) ${closed.timeNs === timeNs ? "in the same turn" : before(closed.timeNs)}`;
  return `${first}; ${opened}${end}`;
}

function lastWords({ outcome, status }: NonNullable<UserPast["last"]>): string {
  return status > 0 ? `answered ${status}` : outcome.replace("_", " ");
}
