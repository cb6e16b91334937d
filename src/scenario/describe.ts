/**
 * A scenario in words, for `z6 validate`: what runs against what, how many users when, which request how often, what
 * must hold, and when it ends. Everything comes from the resolved Scenario, so it says what will happen.
 */
import { unreachable } from "../base/assert.ts";
import type { Criterion, RequestSpec, Scenario, Target, UserPhase } from "../model/scenario.ts";
import { columns, countWords, durationWords, percentWords } from "./words.ts";

const PHASES_SHOWN = 24;
const LABEL_CHARS = 11;
/** With TLS, where ALPN agrees on the version. */
const HTTP_WORDS = { "http1.1": "HTTP/1.1", http2: "HTTP/2", auto: "HTTP version as negotiated" } as const;

/** The description: lines ended by "\n", at most about 100 characters each unless the scenario's own texts are longer. */
export function describeScenario(scenario: Scenario): string {
  const paragraphs = [
    title(scenario),
    [
      ...labelled(
        "Target",
        scenario.targets.flatMap((target) => targetLines(target, scenario)),
      ),
      ...labelled("Users", userLines(scenario)),
      ...labelled("Iteration", [iterationLine(scenario)]),
      ...labelled("Seed", [seedLine(scenario)]),
      ...labelled("Ends", [endLine(scenario)]),
    ],
    ["Requests", ...requestLines(scenario)],
    ["Passes if", ...criterionLines(scenario)],
  ];
  return `${paragraphs.map((lines) => lines.join("\n")).join("\n\n")}\n`;
}

function title({ metadata }: Scenario): string[] {
  const { name, version, author, description, tags } = metadata;
  const lines = [[name, version, author === "" ? "" : `by ${author}`].filter((part) => part !== "").join(" ")];
  for (const line of description.split(/\r?\n/)) if (line.trim() !== "") lines.push(line.trim());
  if (tags.length > 0) lines.push(`Tags: ${tags.join(", ")}`);
  return lines;
}

function labelled(label: string, lines: readonly string[]): string[] {
  return lines.map((line, index) => (index === 0 ? label : "").padEnd(LABEL_CHARS) + line);
}

function targetLines(target: Target, scenario: Scenario): string[] {
  const { targets } = scenario;
  const total = targets.reduce((sum, each) => sum + each.weight, 0);
  const name = target.name === "" ? "" : `${target.name}: `;
  const share =
    targets.length > 1 ? `, ${percentWords(target.weight / total)} of the requests that name no target` : "";
  return [
    `${name}${target.baseUrl}${share}`,
    protocolWords(target),
    `${connectionWords(target)}; ${durationWords(target.connectionTimeoutNs)} to open one`,
  ];
}

function protocolWords({ tls, httpVersion }: Target): string {
  if (tls === null) return `${httpVersion === "http2" ? "HTTP/2 with prior knowledge" : "HTTP/1.1"}, no TLS`;
  return [
    HTTP_WORDS[httpVersion],
    tls.minVersion === tls.maxVersion ? `TLS ${tls.minVersion}` : "TLS",
    ...(tls.ciphers === null ? [] : ["the ciphers of the scenario"]),
    tls.verify ? "certificate verified" : "certificate NOT verified",
    ...(tls.clientCert === null ? [] : ["with a client certificate"]),
    ...(tls.sessionResumption ? ["sessions resumed"] : []),
  ].join(", ");
}

function connectionWords({ tls, httpVersion, maxConnections, maxStreamsPerConnection: streams }: Target): string {
  if (maxConnections !== null) {
    const connections = countWords(maxConnections, "connection");
    return httpVersion === "http2" ? `${connections} of up to ${countWords(streams, "request")} at once` : connections;
  }
  const users = streams === 1 ? "user" : countWords(streams, "user");
  if (httpVersion === "http2") return `one connection per ${users}`;
  return httpVersion === "auto" && tls !== null && streams > 1
    ? `one connection per user, or with HTTP/2 per ${users}`
    : "one connection per user";
}

function userLines({ schedule, usersMax, iterations }: Scenario): string[] {
  const [first] = schedule.phases;
  if (first === undefined) return ["none"];
  if (schedule.type === "constant") {
    const total = iterations === null ? "" : `, ${countWords(iterations, "iteration")} each`;
    return [`${countWords(first.fromUsers, "user")} all the time${total}`];
  }
  const shown = schedule.phases.slice(0, PHASES_SHOWN).map(phaseCells);
  const hidden = schedule.phases.length - shown.length;
  return [
    `${schedule.type}, at most ${countWords(usersMax, "user")}`,
    ...columns(shown, [0]).map((line) => `  ${line}`),
    ...(hidden > 0 ? [`  and ${countWords(hidden, "more phase")}`] : []),
  ];
}

function phaseCells({ startNs, durationNs, fromUsers, toUsers }: UserPhase): string[] {
  const users = fromUsers === toUsers ? countWords(toUsers, "user") : `${fromUsers} to ${countWords(toUsers, "user")}`;
  return [`from ${durationWords(startNs)}`, `for ${durationWords(durationNs)}`, users];
}

function iterationLine({ sequence, thinkTime }: Scenario): string {
  const what = sequence === null ? "one request, chosen by weight" : "the requests below, in order";
  const { minNs, maxNs } = thinkTime;
  if (maxNs === 0) return `${what}; no pause`;
  if (minNs === maxNs) return `${what}; then a pause of ${durationWords(minNs)}`;
  return `${what}; then a pause of ${durationWords(minNs)} to ${durationWords(maxNs)}, uniformly random`;
}

function seedLine({ seed }: Scenario): string {
  return seed === null ? "drawn when the run begins, and recorded" : `${seed} (the same choices in every run)`;
}

function endLine({ durationNs, iterations, usersMax, gracefulStopNs }: Scenario): string {
  const end =
    iterations === null
      ? `after ${durationWords(durationNs ?? 0)}`
      : `after ${countWords(iterations * usersMax, "iteration")} in all`;
  if (gracefulStopNs === 0) return `${end}; requests in flight are given up at once`;
  return `${end}; requests in flight then have ${durationWords(gracefulStopNs)} to finish`;
}

function requestLines(scenario: Scenario): string[] {
  const { requests, sequence } = scenario;
  if (sequence === null) {
    const total = requests.reduce((sum, request) => sum + request.weight, 0);
    const rows = requests.map((request) => [percentWords(request.weight / total), ...requestCells(request, scenario)]);
    return columns(rows, [0]).map((line) => `  ${line}`);
  }
  const perIteration = sequence.reduce((sum, step) => sum + step.repeat, 0);
  const rows = sequence.map((step, index) => {
    const times = step.repeat === 1 ? "" : `${step.repeat} times, `;
    const share = `${times}${percentWords(step.repeat / perIteration)}`;
    return [`${index + 1}.`, share, ...requestCells(requests[step.request]!, scenario)];
  });
  return columns(rows, [0, 1]).map((line) => `  ${line}`);
}

function requestCells({ name, method, path, body, timeoutNs, target }: RequestSpec, { targets }: Scenario): string[] {
  const to = target === null ? "" : ` at ${targets[target]!.name}`;
  const sent = body === null ? "" : `${countWords(body.length, "byte")} of body, `;
  return [name, `${method} ${path}${to}`, `${sent}timeout ${durationWords(timeoutNs)}`];
}

function criterionLines({ criteria, requests }: Scenario): string[] {
  if (criteria.length === 0) return ["  it runs to its end: there are no assertions"];
  return criteria.map((criterion) => {
    const whose = criterion.request === null ? "" : `${requests[criterion.request]!.name}: `;
    return `  ${whose}${criterionWords(criterion)}`;
  });
}

function criterionWords({ measure, bound }: Criterion): string {
  switch (measure.kind) {
    case "latency":
      return `${measure.statistic} latency at most ${bound} ms`;
    case "error_rate":
      return `at most ${exactPercent(bound)} of requests with an error`;
    case "success_rate":
      return `at least ${exactPercent(bound)} of requests successful`;
    case "rps":
      return `at least ${bound} completed requests per second`;
    case "status_5xx_rate":
      return `at most ${exactPercent(bound)} of responses with status 5xx`;
    default:
      return unreachable(measure);
  }
}

/** A bound is shown as exactly as it was written: 0.001 is "0.1 %". */
function exactPercent(share: number): string {
  return `${Number((share * 100).toPrecision(12))} %`;
}
