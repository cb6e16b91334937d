import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { utf8Encode } from "../base/bytes.ts";
import { SCENARIO_BYTES_MAX, SCENARIO_WORD_CHARS_MAX } from "../base/limits.ts";
import type { LoadedScenario, LoadOptions } from "./load.ts";
import { loadScenario } from "./load.ts";

const PEM = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
const FILES: Readonly<Record<string, string>> = { "./ca.pem": PEM, "./payload.json": '{"a":1}', "./text.pem": "hello" };

function load(text: string, options: Partial<LoadOptions> = {}) {
  const readFile = (path: string) => (FILES[path] === undefined ? "no such file" : utf8Encode(FILES[path]));
  return loadScenario(text, { path: "tests/shop.toml", readFile, ...options });
}

function loaded(text: string, options: Partial<LoadOptions> = {}): LoadedScenario {
  const result = load(text, options);
  if ("problems" in result) throw new Error(JSON.stringify(result.problems, null, 1));
  return result;
}

/** "line:column message | hint" of each problem. */
function problemsOf(text: string, options: Partial<LoadOptions> = {}): string[] {
  const result = load(text, options);
  if (!("problems" in result)) return [];
  return result.problems.map(({ line, column, message, hint }) => `${line}:${column} ${message} | ${hint}`);
}

const TARGET = '[target]\nbase_url = "http://h:1"\n';
const REQUEST = '[[requests]]\nname = "r"\npath = "/"\n';
const RUNTIME = "[runtime]\nduration_seconds = 1\n";
/** Three lines before what a case adds: its first line is the fourth, in [target] or below. */
const VALID = RUNTIME + TARGET + REQUEST;

describe("loadScenario", () => {
  test("fills in defaults", () => {
    expect(loaded(VALID).scenario).toEqual({
      metadata: { name: "shop", description: "", version: "", author: "", tags: [] },
      usersMax: 1,
      identities: 1,
      vus: 1,
      durationNs: 1e9,
      iterations: null,
      seed: null,
      gracefulStopNs: 30e9,
      targets: [
        {
          name: "",
          baseUrl: "http://h:1",
          host: "h",
          port: 1,
          basePath: "",
          tls: null,
          httpVersion: "http1.1",
          maxConnections: null,
          maxStreamsPerConnection: 100,
          connectionTimeoutNs: 10e9,
          headers: [],
          cookies: false,
          weight: 1,
        },
      ],
      requests: [
        {
          name: "r",
          method: "GET",
          path: "/",
          headers: [],
          body: null,
          timeoutNs: 30e9,
          weight: 1,
          target: null,
          onFailure: null,
        },
      ],
      flows: [
        { name: "", weight: 1, steps: null, requests: [0], thinkTime: { minNs: 0, maxNs: 0 }, onFailure: "restart" },
      ],
      groups: [
        {
          name: "",
          flows: [0],
          schedule: { type: "constant", phases: [{ startNs: 0, durationNs: 1e9, fromUsers: 1, toUsers: 1 }] },
          firstIdentity: 0,
          identities: 1,
        },
      ],
      data: [],
      secrets: [],
      variables: [],
      captures: [],
      rules: [],
      criteria: [],
      limits: { eventLogBytesMax: 2 ** 40, connectionsMax: 100_000, memoryBytesMax: 2 ** 34 },
    });
  });

  test("takes every key of the contract", () => {
    const { scenario, bodyFiles, warnings } = loaded(`
[metadata]
name = "API Load Test"
description = "d"
version = "1.0"
author = "a"
tags = ["api", "x"]
[runtime]
duration_seconds = 0.5
vus = 100
prng_seed = 42
graceful_stop_seconds = 0
[[targets]]
name = "api"
base_url = "https://api.example.com:8443/v2/"
tls = true
http_version = "auto"
verify_cert = false
ca_bundle = "./ca.pem"
client_cert = "./ca.pem"
client_key = "./ca.pem"
server_name = "other.example.com"
tls_min_version = "1.2"
tls_max_version = "1.2"
tls_ciphers = "ECDHE-RSA-AES128-GCM-SHA256:!aNULL"
tls_session_resumption = true
max_connections = 10
max_streams_per_connection = 50
connection_timeout_ms = 1.5
headers = { "User-Agent" = "z6" }
weight = 3
[[targets]]
name = "cdn"
base_url = "http://[::1]"
weight = 0.2
[[requests]]
name = "login"
method = "POST"
path = "/login?x=%20"
headers.Host = "  h  "
body = '{"name": "é"}'
timeout_ms = 5000
weight = 0.3
target = "cdn"
[[requests]]
name = "upload"
path = "/u"
body_file = "./payload.json"
[sequence]
type = "ordered"
on_failure = "continue"
[[sequence.steps]]
request = "upload"
repeat = 2
[[sequence.steps]]
request = "login"
[schedule]
type = "constant"
vus = 100
[think_time]
type = "random"
min_ms = 0.5
max_ms = 2
[assertions]
rps_min = 1000
p99_latency_ms = 100
success_rate_min = 0.99
[assertions.requests.upload]
p999_latency_ms = 200
status_5xx_max_rate = 0.001
[limits]
max_event_log_size_mb = 5000
max_vus = 100
max_connections = 50
max_memory_mb = 100
`);
    expect(warnings).toEqual([]);
    expect([...bodyFiles]).toEqual([["./payload.json", utf8Encode('{"a":1}')]]);
    expect(scenario.metadata).toEqual({
      name: "API Load Test",
      description: "d",
      version: "1.0",
      author: "a",
      tags: ["api", "x"],
    });
    expect(scenario).toMatchObject({ usersMax: 100, vus: 100, durationNs: 5e8, seed: "42", gracefulStopNs: 0 });
    expect(scenario.targets).toEqual([
      {
        name: "api",
        baseUrl: "https://api.example.com:8443/v2/",
        host: "api.example.com",
        port: 8443,
        basePath: "/v2",
        tls: {
          verify: false,
          serverName: "other.example.com",
          caBundle: PEM,
          clientCert: PEM,
          clientKey: PEM,
          minVersion: "1.2",
          maxVersion: "1.2",
          ciphers: "ECDHE-RSA-AES128-GCM-SHA256:!aNULL",
          sessionResumption: true,
        },
        httpVersion: "auto",
        maxConnections: 10,
        maxStreamsPerConnection: 50,
        connectionTimeoutNs: 1.5e6,
        headers: [["User-Agent", "z6"]],
        cookies: false,
        weight: 3,
      },
      expect.objectContaining({ name: "cdn", host: "::1", port: 80, basePath: "", tls: null, weight: 0.2 }),
    ]);
    expect(scenario.requests).toEqual([
      {
        name: "login",
        method: "POST",
        path: "/login?x=%20",
        headers: [["Host", "h"]],
        body: utf8Encode('{"name": "é"}'),
        timeoutNs: 5e9,
        weight: 0.3,
        target: 1,
        onFailure: null,
      },
      expect.objectContaining({ name: "upload", method: "GET", body: utf8Encode('{"a":1}'), target: null }),
    ]);
    expect(scenario.flows).toEqual([
      {
        name: "",
        weight: 1,
        steps: [
          { request: 1, repeat: 2 },
          { request: 0, repeat: 1 },
        ],
        requests: [1, 0],
        thinkTime: { minNs: 5e5, maxNs: 2e6 },
        onFailure: "continue",
      },
    ]);
    expect(scenario.criteria).toEqual(
      [
        { name: "rps_min", request: null, measure: { kind: "rps" }, bound: 1000 },
        { name: "p99_latency_ms", request: null, measure: { kind: "latency", statistic: "p99" }, bound: 100 },
        { name: "success_rate_min", request: null, measure: { kind: "success_rate" }, bound: 0.99 },
        { name: "p999_latency_ms", request: 1, measure: { kind: "latency", statistic: "p999" }, bound: 200 },
        { name: "status_5xx_max_rate", request: 1, measure: { kind: "status_5xx_rate" }, bound: 0.001 },
      ].map((criterion) => ({ ...criterion, abortAfterNs: null })),
    );
    expect(scenario.limits).toEqual({
      eventLogBytesMax: 5000 * 2 ** 20,
      connectionsMax: 50,
      memoryBytesMax: 100 * 2 ** 20,
    });
  });

  test.each([
    ["http", "http2", "http2"],
    ["https", "http2", "http2"],
    ["https", "auto", "auto"],
    ["https", null, "auto"],
    ["http", null, "http1.1"],
  ])(
    "over %s takes the HTTP version %j as %s, with a stream bound of 100 and no bound on connections",
    (scheme, given, httpVersion) => {
      const line = given === null ? "" : `http_version = "${given}"\n`;
      const text = `${RUNTIME}[target]\nbase_url = "${scheme}://h"\n${line}${REQUEST}`;
      expect(loaded(text).scenario.targets[0]).toMatchObject({
        httpVersion,
        maxConnections: null,
        maxStreamsPerConnection: 100,
      });
    },
  );

  test("by default offers what Node does, makes full handshakes, and bounds versions by name", () => {
    const text = `${RUNTIME}[target]\nbase_url = "https://h"\n${REQUEST}`;
    expect(loaded(text).scenario.targets[0]!.tls).toEqual({
      verify: true,
      serverName: "h",
      caBundle: null,
      clientCert: null,
      clientKey: null,
      minVersion: "1.2",
      maxVersion: "1.3",
      ciphers: null,
      sessionResumption: false,
    });
  });

  test("freezes all but bytes, and survives a structured clone", () => {
    const { scenario } = loaded(`${VALID}body = "x"\n`);
    expect(Object.isFrozen(scenario.requests[0])).toBe(true);
    expect(Object.isFrozen(scenario.groups[0]!.schedule)).toBe(true);
    expect(structuredClone(scenario)).toEqual(scenario);
  });

  test("names the scenario after its file", () => {
    expect(loaded(VALID, { path: "C:\\tests\\a.b.toml" }).scenario.metadata.name).toBe("a.b");
    expect(loaded(VALID, { path: "scenario" }).scenario.metadata.name).toBe("scenario");
  });

  test("takes a byte order mark, CRLF and TOML 1.1's inline tables over several lines", () => {
    const text = `\ufeff${VALID}headers = {\n  A = "1",\n  B = "2",\n}\n`.replaceAll("\n", "\r\n");
    expect(loaded(text).scenario.requests[0]!.headers).toEqual([
      ["A", "1"],
      ["B", "2"],
    ]);
  });

  test.each([
    ["9223372036854775807", "9223372036854775807"],
    ["0x7fff_ffff_ffff_ffff", "9223372036854775807"],
    ['"18446744073709551615"', "18446744073709551615"],
    ['"0xFFFFFFFFFFFFFFFF"', "18446744073709551615"],
    ['"007"', "7"],
    ["0", "0"],
  ])("keeps every bit of the seed %s", (written, seed) => {
    expect(loaded(VALID.replace("[runtime]", `[runtime]\nprng_seed = ${written}`)).scenario.seed).toBe(seed);
  });

  test.each(["-1", "1.5", '"18446744073709551616"', '"-1"', '"abc"', '""', "true"])(
    "refuses the seed %s",
    (written) => {
      const text = VALID.replace("[runtime]", `[runtime]\nprng_seed = ${written}`);
      expect(problemsOf(text)).toEqual([expect.stringMatching(/^2:13 `prng_seed` is not a seed \| expected a whole/)]);
    },
  );
});

describe("loadScenario with overrides", () => {
  const overrides = { durationSeconds: 2, vus: 7, seed: "0x10" };

  test("replaces duration, users and seed before anything is derived", () => {
    const { scenario } = loaded(`${VALID}[schedule]\nvus = 3\n`, { overrides });
    expect(scenario).toMatchObject({ durationNs: 2e9, vus: 7, usersMax: 7, seed: "16" });
    expect(scenario.groups[0]!.schedule).toEqual({
      type: "constant",
      phases: [{ startNs: 0, durationNs: 2e9, fromUsers: 7, toUsers: 7 }],
    });
  });

  test("a duration replaces iterations", () => {
    const text = VALID.replace("duration_seconds", "iterations");
    expect(loaded(text).scenario).toMatchObject({ durationNs: null, iterations: 1 });
    expect(loaded(text, { overrides }).scenario).toMatchObject({ durationNs: 2e9, iterations: null });
  });

  test("gives an end to a scenario that has none", () => {
    expect(loaded(TARGET + REQUEST, { overrides: { durationSeconds: 5 } }).scenario.durationNs).toBe(5e9);
  });

  test("values out of bounds are problems", () => {
    for (const vus of [0, 1.5, Number.NaN, 1e9]) expect(problemsOf(VALID, { overrides: { vus } })).toHaveLength(1);
    for (const durationSeconds of [0, -1, Number.NaN, 1e12]) {
      expect(problemsOf(VALID, { overrides: { durationSeconds } })).toHaveLength(1);
    }
    expect(problemsOf(VALID, { overrides: { seed: "x" } })).toHaveLength(1);
  });

  test("warns when the schedule says its own numbers of users", () => {
    const text = `${VALID}[schedule]\ntype = "ramp"\nend_vus = 3\n`;
    const { scenario, warnings } = loaded(text, { overrides: { vus: 9 } });
    expect(scenario.usersMax).toBe(3);
    expect(warnings.map(({ line, column, message }) => `${line}:${column} ${message}`)).toEqual([
      "10:1 the number of users of the command line changes nothing: `end_vus` of [schedule] says it",
    ]);
  });

  test.each([
    [
      '[schedule]\ntype = "steps"\nsteps = [{ vus = 1, duration_seconds = 90 }]\n',
      90.5,
      "the schedule ends after 1 min 30 s",
    ],
    [
      '[schedule]\ntype = "arrivals"\nstages = [{ rate = 1, duration_seconds = 2 }]\n',
      3,
      "the schedule ends after 2 s",
    ],
    ['[schedule]\ntype = "steps"\nsteps = [{ vus = 1, duration_seconds = 90 }]\n', 90, null],
    ['[schedule]\ntype = "steps"\nsteps = [{ vus = 1, duration_seconds = 90 }]\n', 9, null],
    ['[schedule]\ntype = "ramp"\nend_vus = 3\n', 1_000, null],
  ])("warns of a duration that the schedule does not fill: %s for %d s", (schedule, durationSeconds, words) => {
    const { scenario, warnings } = loaded(`${VALID}${schedule}`, { overrides: { durationSeconds } });
    expect(warnings.map(({ line, column, message }) => `${line}:${column} ${message}`)).toEqual(
      words === null ? [] : [`8:2 the duration of the command line does not prolong the run: ${words}`],
    );
    if (words === null) expect(scenario.durationNs).toBe(durationSeconds * 1e9);
  });
});

/** What VALID plus these lines is refused for. VALID has seven lines, so the first added line is line 8. */
const REFUSED: readonly (readonly [added: string, ...problems: string[]])[] = [
  ['methd = "GET"', "8:1 unknown key `methd` in [[requests]] | did you mean `method`?"],
  [
    "zzzzzzzz = 1",
    "8:1 unknown key `zzzzzzzz` in [[requests]] | expected one of: `name`, `method`, `path`, `headers`, `auth`, `body`, `body_file`, `form`, `multipart`, `timeout_ms`, `weight`, `expect`, `capture`, `on_failure`, `target`",
  ],
  ["__proto__ = 1", expect.stringMatching(/^8:1 unknown key `__proto__` in \[\[requests\]\]/)],
  ["[Runtime]", "8:2 unknown key `Runtime` in the scenario | did you mean `runtime`?"],
  ['method = "post"', '8:10 `method` must not be "post" | did you mean "POST"?'],
  [
    'method = "TRACE"',
    '8:10 `method` must not be "TRACE" | expected one of "GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS"',
  ],
  [
    "method = 1",
    '8:10 `method` must not be a whole number | expected one of "GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS"',
  ],
  [
    'timeout_ms = "5000"',
    "8:14 `timeout_ms` must not be a text | expected a number from 0.001 to 86400000: remove the quotes",
  ],
  ["timeout_ms = 0", "8:14 `timeout_ms` is out of bounds | expected a number from 0.001 to 86400000"],
  ["weight = 0", "8:10 `weight` is out of bounds | expected a number above 0 and up to 1000000000"],
  ["weight = -1", "8:10 `weight` is out of bounds | expected a number above 0 and up to 1000000000"],
  ["weight = inf", "8:10 `weight` is out of bounds | expected a number above 0 and up to 1000000000"],
  ["weight = nan", "8:10 `weight` is out of bounds | expected a number above 0 and up to 1000000000"],
  ["weight = 1979-05-27", "8:10 `weight` must not be a date or time | expected a number above 0 and up to 1000000000"],
  ['body = "a"\nbody_file = "./payload.json"', "9:1 `body` and `body_file` exclude each other | keep one of the two"],
  ['body_file = "./none"', '8:13 cannot read "./none": no such file | paths are relative to the scenario file'],
  ['headers = { "Content-Length" = "1" }', "8:13 the header Content-Length is set by Z6 | remove it"],
  ['headers = { "transfer-encoding" = "chunked" }', "8:13 the header transfer-encoding is set by Z6 | remove it"],
  ['headers = { connection = "close" }', "8:13 the header connection is set by Z6 | remove it"],
  ['headers = { "a b" = "1" }', "8:13 not a header name | expected letters, digits and hyphens, as in Content-Type"],
  [
    'headers = { a = "1\\r\\nb: 2" }',
    "8:17 the header a holds characters that no header may | expected one line of printable characters up to U+00FF",
  ],
  [
    'headers = { a = "1\\u0000" }',
    "8:17 the header a holds characters that no header may | expected one line of printable characters up to U+00FF",
  ],
  ['headers = { a = "1", A = "2" }', "8:22 the header A is given twice (as a before) | header names ignore case"],
  ["headers = { a = 1 }", '8:17 "a" must not be a whole number | expected a text in quotes'],
  ["headers = 1", "8:11 [requests.headers] must not be a whole number | expected a table"],
  ['target = "x"', "8:1 `target` needs [[targets]] | remove it: all requests go to the one [target]"],
  ['[[requests]]\nname = "r"\npath = "/"', '9:8 the request name "r" is taken | first used in line 6'],
  ['[[requests]]\npath = "/"', "8:3 [[requests]] lacks `name` | Name of the request, unique; reports use it."],
  [
    '[[requests]]\nname = "q"',
    "8:3 [[requests]] lacks `path` | Path and query as they are sent, joined to the target's base path; values in templates are percent-encoded, {{url(NAME)}} at the beginning is a link.",
  ],
  ...["x", "", "/a b", "/a#b", "/é", "/a\\n"].map((path): [string, string] => [
    `[[requests]]\nname = "q"\npath = "${path}"`,
    expect.stringMatching(/^10:8 `path` must begin with "\/" and hold no spaces/),
  ]),
  [
    '[[targets]]\nname = "t"\nbase_url = "http://h"',
    "8:3 `target` and `targets` exclude each other | keep one of the two",
  ],
  ['[sequence]\ntype = "ordered"', "8:2 [sequence] lacks [[sequence.steps]] | The steps in order."],
  ["[sequence]\nsteps = []", "9:9 [sequence.steps] must not be empty | The steps in order."],
  ['[sequence]\ntype = "random"\nsteps = [{ request = "r" }]', '9:8 `type` must not be "random" | expected "ordered"'],
  ['[[sequence.steps]]\nrequest = "R1"', '9:11 there is no request "R1" | did you mean `r`?'],
  [
    "[[sequence.steps]]\nrequest = 'r'\nrepeat = 0",
    "10:10 `repeat` is out of bounds | expected a whole number from 1 to 1000000",
  ],
  ["[schedule]\nrate = 300", '9:1 `rate` does not belong to type = "constant" | it belongs to type = "arrivals"'],
  ["[schedule]\nend_vus = 3", '9:1 `end_vus` does not belong to type = "constant" | it belongs to type = "ramp"'],
  [
    '[schedule]\ntype = "steps"\nvus = 3',
    "8:2 [schedule] lacks [[schedule.steps]] | Levels that follow one another.",
    '10:1 `vus` does not belong to type = "steps" | it belongs to type = "constant" or "ramp" or "spike"',
  ],
  [
    '[schedule]\ntype = "spike"\nspike_vus = 3\nspike_start_seconds = 0',
    "8:2 [schedule] lacks `spike_duration_seconds` | Length of the spike in seconds.",
  ],
  [
    '[schedule]\ntype = "ramp"\nhold_duration_seconds = 1',
    "10:25 the hold leaves no time for the ramp | expected less than the run's duration",
  ],
  [
    '[schedule]\ntype = "ramp"\nend_vus = 0',
    "8:2 the schedule never has a user | expected at least one user at some moment",
  ],
  ["[schedule]\nvus = 0", "9:7 `vus` is out of bounds | expected a whole number from 1 to 100000"],
  [
    "[schedule]\nvus = 1.0",
    "9:7 `vus` must not be a number with a fraction | expected a whole number from 1 to 100000",
  ],
  [
    "[think_time]\nmin_ms = 1\nmax_ms = 2",
    "8:2 [think_time] lacks `duration_ms` | The pause in milliseconds.",
    '9:1 `min_ms` does not belong to type = "constant" | it belongs to type = "random"',
    '10:1 `max_ms` does not belong to type = "constant" | it belongs to type = "random"',
  ],
  ['[think_time]\ntype = "random"\nmin_ms = 2\nmax_ms = 1', "11:10 `max_ms` is below `min_ms` | expected at least 2"],
  ["[assertions]\nerror_rate_max = 1.5", "9:18 `error_rate_max` is out of bounds | expected a number from 0 to 1"],
  ["[assertions]\np99_latency = 1", "9:1 unknown key `p99_latency` in [assertions] | did you mean `p99_latency_ms`?"],
  ["[assertions.requests.R]\nrps_min = 1", '8:22 there is no request "R" | did you mean `r`?'],
  [
    "[assertions.requests.r]\nrps_mni = 1",
    "9:1 unknown key `rps_mni` in [assertions.requests.r] | did you mean `rps_min`?",
  ],
  ["[limits]\nmax_vus = 100001", "9:11 `max_vus` is out of bounds | expected a whole number from 1 to 100000"],
  ["[metadata]\ntags = [1]", "9:9 an item of `tags` must not be a whole number | expected a text in quotes"],
];

describe("loadScenario refuses", () => {
  test.each(REFUSED.map((row) => ({ added: row[0], problems: row.slice(1) })))("$added", ({ added, problems }) => {
    expect(problemsOf(`${VALID}${added}\n`)).toEqual(problems);
  });

  test.each([
    [
      "h:1",
      "must begin with http:// or https:// | Where requests go: http:// or https://, host, optional port and base path.",
      12,
    ],
    [
      "ftp://h",
      "must begin with http:// or https:// | Where requests go: http:// or https://, host, optional port and base path.",
      12,
    ],
    ["http://h:0", 'holds no valid port: it must be 1 to 65535 | as in "http://127.0.0.1:8080"', 22],
    ["http://h:65536/x", 'holds no valid port: it must be 1 to 65535 | as in "http://127.0.0.1:8080"', 22],
    [
      "http://u:p@h",
      'must not hold a user or password: use an Authorization header | as in "http://127.0.0.1:8080"',
      20,
    ],
    ["http://h?a", 'must not hold a query or a fragment | as in "http://127.0.0.1:8080"', 21],
  ])("the base URL %s", (url, message, column) => {
    const text = `${RUNTIME}[target]\nbase_url = "${url}"\n${REQUEST}`;
    expect(problemsOf(text)).toEqual([`4:${column} \`base_url\` ${message}`]);
  });

  test.each([
    ["http", "tls = true", ["5:7 `tls` does not agree with base_url, which is http | expected false"]],
    ["https", "tls = false", ["5:7 `tls` does not agree with base_url, which is https | expected true"]],
    ["http", "verify_cert = true", ["5:1 `verify_cert` needs a base_url with https:// | remove it, or use https"]],
    [
      "https",
      'ca_bundle = "./none"',
      ['5:13 cannot read "./none": no such file | paths are relative to the scenario file'],
    ],
    [
      "https",
      'ca_bundle = "./text.pem"',
      ['5:13 "./text.pem" is not a PEM file | expected text with -----BEGIN ...-----'],
    ],
    ["https", 'client_cert = "./ca.pem"', ["5:1 `client_cert` needs `client_key` | give both or neither"]],
    ["https", 'http_version = "http1"', ['5:16 `http_version` must not be "http1" | did you mean "http1.1"?']],
    [
      "https",
      'http_version = "h3"',
      ['5:16 `http_version` must not be "h3" | expected one of "http1.1", "http2", "auto"'],
    ],
    [
      "http",
      'tls_min_version = "1.3"',
      ["5:1 `tls_min_version` needs a base_url with https:// | remove it, or use https"],
    ],
    [
      "http",
      "tls_session_resumption = true",
      ["5:1 `tls_session_resumption` needs a base_url with https:// | remove it, or use https"],
    ],
    [
      "https",
      "tls_min_version = 1.3",
      ['5:19 `tls_min_version` must not be a number with a fraction | expected one of "1.2", "1.3"'],
    ],
    ["https", 'tls_max_version = "1.1"', ['5:19 `tls_max_version` must not be "1.1" | did you mean "1.2"?']],
    [
      "https",
      'tls_max_version = "1.2"\ntls_min_version = "1.3"',
      ["6:19 `tls_min_version` is above `tls_max_version` | no version is left"],
    ],
    [
      "https",
      'tls_ciphers = ""',
      [
        "5:15 `tls_ciphers` must be cipher names of OpenSSL with colons between them | Ciphers to offer, a list as OpenSSL takes it, those of TLS 1.3 among them; default Node's.",
      ],
    ],
    ["https", 'tls_ciphers = "::"', [expect.stringMatching(/^5:15 `tls_ciphers` must be cipher names of OpenSSL/)]],
    [
      "https",
      `tls_ciphers = "${"A".repeat(4097)}"`,
      ["5:15 `tls_ciphers` is too long | expected at most 4096 characters"],
    ],
    [
      "https",
      'tls_min_version = "1.3"\ntls_ciphers = "HIGH:!aNULL"',
      ["6:15 `tls_ciphers` names none of TLS 1.3, and no other version is allowed | those of TLS 1.3 begin with TLS_"],
    ],
    [
      "https",
      'tls_max_version = "1.2"\ntls_ciphers = ":TLS_AES_128_GCM_SHA256"',
      ["6:15 `tls_ciphers` names none of TLS 1.2, and no other version is allowed | those of TLS 1.3 begin with TLS_"],
    ],
    [
      "https",
      "max_streams_per_connection = 0",
      ["5:30 `max_streams_per_connection` is out of bounds | expected a whole number from 1 to 1000"],
    ],
    [
      "https",
      "max_streams_per_connection = 1001",
      ["5:30 `max_streams_per_connection` is out of bounds | expected a whole number from 1 to 1000"],
    ],
    [
      "http",
      "max_streams_per_connection = 9",
      ['5:1 `max_streams_per_connection` needs HTTP/2 | remove it, or set http_version = "http2"'],
    ],
    [
      "https",
      'http_version = "http1.1"\nmax_streams_per_connection = 9',
      ['6:1 `max_streams_per_connection` needs HTTP/2 | remove it, or set http_version = "http2"'],
    ],
    [
      "http",
      "max_connections = 3\n[limits]\nmax_connections = 2",
      ["5:19 `max_connections` is above that of [limits] | expected at most 2"],
    ],
  ])("in a target with %s: %s", (scheme, added, problems) => {
    expect(problemsOf(`${RUNTIME}[target]\nbase_url = "${scheme}://h"\n${added}\n${REQUEST}`)).toEqual(problems);
  });

  test.each([
    ["client_cert", 5],
    ["client_key", 6],
    ["tls_ciphers", 7],
  ] as const)("what the caller cannot use of TLS: %s", (key, line) => {
    const tls = 'client_cert = "./ca.pem"\nclient_key = "./ca.pem"\ntls_ciphers = "NOPE"\ntls_min_version = "1.3"\n';
    const text = `${RUNTIME}[target]\nbase_url = "https://h"\n${tls}${REQUEST}`;
    const seen: unknown[] = [];
    const problems = problemsOf(text, {
      checkTls: (options) => {
        seen.push(options);
        return { key, reason: "it is bad" };
      },
    });
    expect(problems).toEqual([
      expect.stringMatching(new RegExp(`^${line}:15|${line}:14 .${key}. cannot be used: it is bad \\| expected `)),
    ]);
    expect(seen).toEqual([expect.objectContaining({ ciphers: "NOPE", clientCert: PEM, minVersion: "1.3" })]);
  });

  test.each([
    ["", ["1:1 nothing says when the run ends | add `duration_seconds` (or `iterations`) to [runtime]"]],
    [
      "[runtime]\nvus = 2\n",
      ["1:2 nothing says when the run ends | add `duration_seconds` (or `iterations`) to [runtime]"],
    ],
    [
      "[runtime]\niterations = 1\nduration_seconds = 1\n",
      ["3:1 `duration_seconds` and `iterations` exclude each other | keep one of the two"],
    ],
    [
      "[runtime]\nduration_seconds = 0\n",
      ["2:20 `duration_seconds` is out of bounds | expected a number from 0.001 to 2592000"],
    ],
    [
      '[runtime]\niterations = 1\n[schedule]\ntype = "ramp"\n',
      ['2:1 `iterations` needs a constant schedule, not "ramp" | use `duration_seconds`'],
    ],
    [
      '[schedule]\ntype = "spike"\nspike_vus = 2\nspike_start_seconds = 1\nspike_duration_seconds = 1\n',
      ["1:2 nothing says when the run ends | add `duration_seconds` to [runtime]"],
    ],
    [
      "[runtime]\nduration_seconds = 1\nvus = 9\n[limits]\nmax_vus = 8\n",
      ["5:11 the schedule reaches 9 users, above `max_vus` | raise it, or lower the schedule"],
    ],
    [
      '[schedule]\ntype = "steps"\nsteps = [{vus = 1, duration_seconds = 2592000}, {vus = 1, duration_seconds = 1}]\n',
      ["3:1 the steps are too long together | expected at most 2592000 seconds"],
    ],
  ])("the run of %j", (run, problems) => {
    expect(problemsOf(run + TARGET + REQUEST)).toEqual(problems);
  });

  test("targets with one name, and requests to a target that is not there", () => {
    const targets =
      '[[targets]]\nname = "api"\nbase_url = "http://h"\n[[targets]]\nname = "api"\nbase_url = "http://h"\n';
    expect(problemsOf(`${RUNTIME}${targets}${REQUEST}target = "apo"\n`)).toEqual([
      '7:8 the target name "api" is taken | first used in line 4',
      '12:10 there is no target "apo" | did you mean `api`?',
    ]);
  });

  test("a scenario without anything", () => {
    expect(problemsOf("")).toEqual([
      "1:1 the scenario lacks [[requests]] | The requests that users send.",
      "1:1 the scenario lacks [target] or [[targets]] | ",
      "1:1 nothing says when the run ends | add `duration_seconds` (or `iterations`) to [runtime]",
    ]);
  });

  test("five mistakes with five problems, each where it is", () => {
    const text = `[runtime]
duration_seconds = 60
vuss = 10

[target]
base_url = "http://127.0.0.1:99999"

[[requests]]
name = "home"
method = "get"
path = "home"

[assertions.requests.hom]
p99_latency_ms = 100
`;
    expect(problemsOf(text)).toEqual([
      "3:1 unknown key `vuss` in [runtime] | did you mean `vus`?",
      '6:30 `base_url` holds no valid port: it must be 1 to 65535 | as in "http://127.0.0.1:8080"',
      '10:10 `method` must not be "get" | did you mean "GET"?',
      expect.stringMatching(/^11:8 `path` must begin with "\/"/),
      '13:22 there is no request "hom" | did you mean `home`?',
    ]);
  });

  test("a text above the bound, counted in bytes", () => {
    const comment = `#${"é".repeat(SCENARIO_BYTES_MAX / 2)}`;
    expect(problemsOf(comment)).toEqual([
      `1:1 the scenario is too large | expected at most ${SCENARIO_BYTES_MAX} bytes`,
    ]);
  });
});

describe("loadScenario warns", () => {
  test.each([
    [
      '[[requests]]\nname = "q"\npath = "/"\n[[sequence.steps]]\nrequest = "r"',
      '9:8 no step of [sequence] sends the request "q"',
    ],
    ['[schedule]\ntype = "ramp"\nvus = 4\nramp_duration_seconds = 2', "11:25 the run ends before the ramp does"],
    [
      '[schedule]\ntype = "spike"\nspike_vus = 3\nspike_start_seconds = 1\nspike_duration_seconds = 1',
      "11:23 the run ends before the spike begins",
    ],
    ['[schedule]\ntype = "ramp"\nvus = 2\nend_vus = 3', "10:1 `vus` changes nothing: `end_vus` of [schedule] says it"],
  ])("of %j", (added, warning) => {
    const { warnings } = loaded(`${VALID}${added}\n`);
    expect(warnings.map(({ line, column, message }) => `${line}:${column} ${message}`)).toEqual([warning]);
  });

  test.each([
    ["", true],
    ['tls_min_version = "1.2"', true],
    ['tls_max_version = "1.2"', false],
  ])("of a list of ciphers without TLS 1.3, where that may be agreed on: %j", (added, warned) => {
    const text = `${RUNTIME}[target]\nbase_url = "https://h"\ntls_ciphers = "HIGH:!aNULL"\n${added}\n${REQUEST}`;
    const words = "5:15 `tls_ciphers` changes nothing where TLS 1.3 is agreed on: it names none of that version";
    const { warnings } = loaded(text);
    expect(warnings.map(({ line, column, message }) => `${line}:${column} ${message}`)).toEqual(warned ? [words] : []);
  });

  test("of no list with ciphers of TLS 1.3", () => {
    for (const ciphers of ["TLS_AES_128_GCM_SHA256", "HIGH:TLS_AES_128_GCM_SHA256"]) {
      const text = `${RUNTIME}[target]\nbase_url = "https://h"\ntls_ciphers = "${ciphers}"\n${REQUEST}`;
      expect(loaded(text).warnings).toEqual([]);
    }
  });
});

describe("loadScenario never throws", () => {
  const bits = [
    "[[requests]]",
    "[target]",
    "[runtime]",
    "name",
    "path",
    "vus",
    "steps",
    "=",
    "[",
    "]",
    "{",
    "}",
    ".",
    ",",
    "\n",
    '"',
    "'",
    "#",
    " ",
    "1",
    "-",
    "0x",
    "inf",
    "true",
    '"""',
    "'''",
    "\\",
    "1979-05-27",
    "\r",
    "\u0000",
    "é",
    "__proto__",
  ];

  test("on arbitrary text", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 200 }), (text) => void load(text)),
      { numRuns: 500 },
    );
  });

  test("on texts that are nearly TOML", () => {
    const text = fc.array(fc.constantFrom(...bits), { maxLength: 24 }).map((parts) => parts.join(""));
    fc.assert(
      fc.property(text, (each) => void load(each)),
      { numRuns: 5_000 },
    );
  });

  test("on a good scenario with one piece put elsewhere", () => {
    const whole = `${VALID}weight = 1\n[schedule]\ntype = "ramp"\nvus = 4\n[think_time]\nduration_ms = 5\n`;
    const place = fc.nat(whole.length);
    fc.assert(
      fc.property(place, place, fc.constantFrom(...bits), (from, to, bit) => {
        void load(whole.slice(0, from) + bit + whole.slice(to));
      }),
      { numRuns: 2_000 },
    );
  });

  test("on brackets and texts without end", () => {
    for (const text of ["[".repeat(100_000), `a = ${"[".repeat(100_000)}`, `a = ${"{a=".repeat(100_000)}`]) {
      expect(problemsOf(text)).toEqual([expect.stringMatching(/^1:\d+ brackets are nested too deeply/)]);
    }
    for (const word of [`'${"x".repeat(1e6)}'`, "1".repeat(1e6), `0.${"1".repeat(1e6)}`, `"""${"x".repeat(1e6)}`]) {
      expect(problemsOf(`a = ${word}\n`)).toEqual([expect.stringMatching(/^1:5 this text is too long/)]);
    }
    const longest = `${VALID}body = '${"x".repeat(SCENARIO_WORD_CHARS_MAX - 2)}'\n`;
    expect(loaded(longest).scenario.requests[0]!.body).toHaveLength(SCENARIO_WORD_CHARS_MAX - 2);
    expect(problemsOf(`${"a.".repeat(10_000)}b = 1`)[0]).toMatch(/^1:1 unknown key `a`/);
  });
});
