/** A target in words: where it is, what is spoken with it, over how many connections. */
import type { Scenario, Target } from "../model/scenario.ts";
import { countWords, durationWords, percentWords } from "./words.ts";

/** With TLS, where ALPN agrees on the version. */
const HTTP_WORDS = { "http1.1": "HTTP/1.1", http2: "HTTP/2", auto: "HTTP version as negotiated" } as const;

export function targetLines(target: Target, scenario: Scenario): string[] {
  const { targets } = scenario;
  const total = targets.reduce((sum, each) => sum + each.weight, 0);
  const name = target.name === "" ? "" : `${target.name}: `;
  const share =
    targets.length > 1 ? `, ${percentWords(target.weight / total)} of the requests that name no target` : "";
  return [
    `${name}${target.baseUrl}${share}`,
    protocolWords(target),
    `${connectionWords(target, scenario)}; ${durationWords(target.connectionTimeoutNs)} to open one`,
    ...(target.cookies ? ["each user keeps the cookies that it is given"] : []),
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

function connectionWords(target: Target, { groups }: Scenario): string {
  const { tls, httpVersion, maxConnections, maxStreamsPerConnection: streams } = target;
  if (maxConnections !== null) {
    const connections = countWords(maxConnections, "connection");
    return httpVersion === "http2" ? `${connections} of up to ${countWords(streams, "request")} at once` : connections;
  }
  const users = streams === 1 ? "user" : countWords(streams, "user");
  // Arrivals take over what those before them left.
  const atOnce = groups.some(({ schedule }) => schedule.type === "arrivals") ? " at once" : "";
  if (httpVersion === "http2") return `one connection per ${users}${atOnce}`;
  return httpVersion === "auto" && tls !== null && streams > 1
    ? `one connection per user, or with HTTP/2 per ${users}${atOnce}`
    : `one connection per user${atOnce}`;
}
