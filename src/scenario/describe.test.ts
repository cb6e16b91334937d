import { expect, test } from "vitest";
import { describeScenario } from "./describe.ts";
import { textWords } from "./describe-text.ts";
import { loadScenario } from "./load.ts";
import type { ValueSource } from "./value-source.ts";

/** What a ledger would have kept of two rows and a variable. */
const SHADOW = { sha256: "00".repeat(32), lengths: [1, 1, 1, 1, 1, 1, 2] };
const VALUES: ValueSource = {
  kind: "recorded",
  data: [
    {
      name: "users",
      pick: "unique",
      rows: 10_000,
      columns: [
        { name: "email", secret: false, values: [] },
        { name: "password", secret: true, values: null, shadows: [] },
      ],
    },
    { name: "words", pick: "random", rows: 1, columns: [{ name: "word", secret: false, values: [] }] },
  ],
  secrets: { API_KEY: SHADOW, TENANT: SHADOW },
};

function described(text: string): string {
  const result = loadScenario(text, { path: "tests/shop.toml", readFile: () => "none", values: VALUES });
  if ("problems" in result) throw new Error(JSON.stringify(result.problems));
  return describeScenario(result.scenario);
}

test("describeScenario tells of a weighted scenario", () => {
  const text = `
[metadata]
name = "Shop"
version = "1.2"
author = "Ada"
description = "Browses and buys."
tags = ["shop", "api"]
[runtime]
duration_seconds = 90
vus = 20
prng_seed = 42
[target]
base_url = "https://shop.example/v1"
[[requests]]
name = "list"
path = "/items"
weight = 9
[[requests]]
name = "buy"
method = "POST"
path = "/orders"
body = "{}"
timeout_ms = 1500
[think_time]
type = "random"
min_ms = 100
max_ms = 2000
[assertions]
p99_latency_ms = 250
error_rate_max = 0.001
[assertions.requests.buy]
success_rate_min = 0.995
`;
  expect(described(text)).toBe(`Shop 1.2 by Ada
Browses and buys.
Tags: shop, api

Target     https://shop.example/v1
           HTTP version as negotiated, TLS, certificate verified
           one connection per user, or with HTTP/2 per 100 users; 10 s to open one
Users      20 users all the time
Iteration  one request, chosen by weight; then a pause of 100 ms to 2 s, uniformly random
Seed       42 (the same choices in every run)
Ends       after 1 min 30 s; requests in flight then have 30 s to finish

Requests
  90.0 %  list  GET /items    timeout 30 s
  10.0 %  buy   POST /orders  2 bytes of body, timeout 1.5 s

Passes if
  p99 latency at most 250 ms
  at most 0.1 % of requests with an error
  buy: at least 99.5 % of requests successful
`);
});

test("describeScenario tells of a sequence on several targets with changing users", () => {
  const text = `
[runtime]
graceful_stop_seconds = 0
[[targets]]
name = "api"
base_url = "http://api"
weight = 3
[[targets]]
name = "cdn"
base_url = "http://cdn"
max_connections = 8
[[requests]]
name = "page"
path = "/"
[[requests]]
name = "image"
path = "/i.png"
target = "cdn"
[[sequence.steps]]
request = "page"
[[sequence.steps]]
request = "image"
repeat = 3
[schedule]
type = "ramp"
end_vus = 1500
ramp_duration_seconds = 30
hold_duration_seconds = 3600
`;
  expect(described(text)).toBe(`shop

Target     api: http://api, 75.0 % of the requests that name no target
           HTTP/1.1, no TLS
           one connection per user; 10 s to open one
           cdn: http://cdn, 25.0 % of the requests that name no target
           HTTP/1.1, no TLS
           8 connections; 10 s to open one
Users      ramp, at most 1,500 users
              from 0 s  for 30 s  0 to 1,500 users
             from 30 s  for 1 h   1,500 users
Iteration  the requests below, in order, until one fails; no pause
Seed       drawn when the run begins, and recorded
Ends       after 1 h 30 s; requests in flight are given up at once

Requests
  1.           25.0 %  page   GET /              timeout 30 s
  2.  3 times, 75.0 %  image  GET /i.png at cdn  timeout 30 s

Passes if
  it runs to its end: there are no assertions
`);
});

test("describeScenario tells of iterations and of long schedules in brief", () => {
  const end = '[target]\nbase_url = "http://h"\n[[requests]]\nname = "r"\npath = "/"\n';
  const iterations = described(`[runtime]\niterations = 10\nvus = 200\n${end}`);
  expect(iterations).toContain("200 users all the time, 10 iterations each\n");
  expect(iterations).toContain("after 2,000 iterations in all; requests in flight then have 30 s to finish\n");
  const steps = Array.from({ length: 40 }, (_, i) => `{ vus = ${i + 1}, duration_seconds = 1 }`).join(", ");
  expect(described(`[schedule]\ntype = "steps"\nsteps = [${steps}]\n${end}`)).toContain("  and 16 more phases\n");
});

test.each([
  ["https", 'http_version = "http2"', "HTTP/2, TLS, certificate verified", "one connection per 100 users; "],
  [
    "https",
    'http_version = "http2"\nmax_streams_per_connection = 1',
    "HTTP/2, TLS, certificate verified",
    "one connection per user; ",
  ],
  ["https", 'http_version = "http1.1"', "HTTP/1.1, TLS, certificate verified", "one connection per user; "],
  [
    "https",
    "max_streams_per_connection = 1",
    "HTTP version as negotiated, TLS, certificate verified",
    "one connection per user; ",
  ],
  ["https", "max_connections = 3", "HTTP version as negotiated, TLS, certificate verified", "3 connections; "],
  [
    "http",
    'http_version = "http2"\nmax_connections = 2\nmax_streams_per_connection = 50',
    "HTTP/2 with prior knowledge, no TLS",
    "2 connections of up to 50 requests at once; ",
  ],
  ["http", 'http_version = "auto"', "HTTP/1.1, no TLS", "one connection per user; "],
  [
    "https",
    'http_version = "http1.1"\nverify_cert = false\ntls_min_version = "1.3"\ntls_ciphers = "TLS_AES_128_GCM_SHA256"\ntls_session_resumption = true',
    "HTTP/1.1, TLS 1.3, the ciphers of the scenario, certificate NOT verified, sessions resumed",
    "one connection per user; ",
  ],
])("describeScenario says of %s with %j: %s, %s", (scheme, keys, protocol, connections) => {
  const text = `[runtime]\nduration_seconds = 1\n[target]\nbase_url = "${scheme}://h"\n${keys}\n[[requests]]\nname = "r"\npath = "/"\n`;
  expect(described(text)).toContain(`\n           ${protocol}\n           ${connections}`);
});

const END = '[target]\nbase_url = "http://h"\n[[requests]]\nname = "r"\npath = "/"\n';

test("describeScenario tells of arrivals: how many there will be, and what bounds them", () => {
  const even = described(`[runtime]\nduration_seconds = 10\n[schedule]\ntype = "arrivals"\nrate = 1_000\n${END}`);
  expect(even).toContain(`
           one connection per user at once; 10 s to open one
Users      1,000 arrivals per second, evenly spaced: 10,000 in all
           at most 2,000 users alive at once; an arrival beyond that is dropped
Iteration  one request, chosen by weight; then the user leaves
Seed       drawn when the run begins, and recorded
Ends       after 10 s; requests in flight then have 30 s to finish
`);
  const ramp = described(`[schedule]
type = "arrivals"
distribution = "poisson"
max_vus = 9
start_rate = 0.5
end_rate = 20.25
ramp_duration_seconds = 90
hold_duration_seconds = 30
${END}`);
  expect(ramp).toContain(`
Users      arrivals at these rates, at random moments (Poisson): 1,542 in all
                    from 0 s  for 1 min 30 s  0.5 to 20.25 per second
             from 1 min 30 s  for 30 s        20.25 per second
           at most 9 users alive at once; an arrival beyond that is dropped
`);
});

test("describeScenario tells of flows, of data, and of what responses must be and give", () => {
  const text = `
[runtime]
duration_seconds = 60
vus = 20
[data.users]
file = "users.csv"
pick = "unique"
secret = ["password"]
[data.words]
file = "words.csv"
pick = "random"
[target]
base_url = "https://shop.example"
cookies = true
headers = { "X-Key" = "{{env.API_KEY}}", "X-Tenant" = "{{env.TENANT}}" }
[[requests]]
name = "list"
path = "/items?q={{words.word}}&page={{int(1, 9)}}"
weight = 3
expect = { status = "2xx", body_contains = "items" }
[[requests]]
name = "item"
path = "/items/1"
on_failure = "continue"
[[requests]]
name = "login"
method = "POST"
path = "/login"
body = "{{users.email}} {{users.password}}"
on_failure = "stop"
expect = { status = 200, json = { "/ok" = true } }
[requests.capture]
token = { json = "/token", secret = true }
sid = { cookie = "sid" }
[[requests]]
name = "logout"
path = "/logout/{{sid}}"
auth = { bearer = "{{token}}" }
[[flows]]
name = "browse"
weight = 9
choose = ["list", "item"]
[[flows]]
name = "buy"
requests = ["login", "item", "logout"]
think_time = { type = "random", min_ms = 100, max_ms = 500 }
[[flows]]
name = "partner"
steps = [{ request = "item", repeat = 3 }, { request = "list" }]
on_failure = "continue"
schedule = { type = "arrivals", rate = 0.5 }
[[flows]]
name = "night"
choose = ["item"]
on_failure = "stop"
[flows.schedule]
type = "steps"
steps = [{ vus = 3, duration_seconds = 5 }]
[assertions]
abort_on_fail = true
p99_latency_ms = 5
rps_min = { limit = 3, abort_on_fail = false }
error_rate_max = { limit = 0.5, delay_seconds = 0 }
`;
  expect(described(text)).toBe(`shop

Target     https://shop.example
           HTTP version as negotiated, TLS, certificate verified
           one connection per user, or with HTTP/2 per 100 users at once; 10 s to open one
           each user keeps the cookies that it is given
Users      browse, buy: 20 users all the time
           partner: 0.5 arrivals per second, evenly spaced: 30 in all
             at most 100 users alive at once; an arrival beyond that is dropped
           night: steps, at most 3 users
               from 0 s  for 5 s   3 users
               from 5 s  for 55 s  0 users
Data       words: 1 row of word; a row drawn for each iteration
           users: 10,000 rows of email, password (secret); each row once, then the run stops
Secrets    API_KEY, TENANT, from the environment; written to no file
Seed       drawn when the run begins, and recorded
Ends       after 1 min; requests in flight then have 30 s to finish

Flows
  browse, 90.0 %: one of these, chosen by weight; no pause
    list 75.0 %, item 25.0 %
  buy, 10.0 %: in order, until one fails; then a pause of 100 ms to 500 ms, uniformly random
    login, item, logout
  partner: in order, whatever fails; then the user leaves
    item 3 times, list
  night: one request; a user whose request fails leaves; no pause
    item

Requests
  list    GET /items?q={{words.word}}&page={{int(1, 9)}}  timeout 30 s
      expects status 2xx, body contains "items"
  item    GET /items/1                                    timeout 30 s
      if it fails, the next step follows
  login   POST /login                                     a body with values in it, timeout 30 s
      expects status 200, json /ok = true
      captures token (secret), sid
      if it fails, the user leaves
  logout  GET /logout/{{sid}}                             timeout 30 s

Passes if
  p99 latency at most 5 ms, or the run stops (from 10 s on)
  at least 3 completed requests per second
  at most 50 % of requests with an error, or the run stops
`);
});

test("describeScenario breaks the lines of long flows, and cuts very long ones", () => {
  const requests = Array.from({ length: 60 }, (_, i) => `[[requests]]\nname = "request_${i}"\npath = "/"\n`).join("");
  const names = Array.from({ length: 60 }, (_, i) => `"request_${i}"`).join(", ");
  const text = described(
    `[runtime]\nduration_seconds = 1\n[target]\nbase_url = "http://h"\n${requests}[[flows]]\nname = "f"\nrequests = [${names}]\n`,
  );
  const steps = text.slice(text.indexOf("Flows"), text.indexOf("Requests")).trim().split("\n").slice(2);
  expect(steps).toHaveLength(7);
  for (const line of steps) expect(line.length).toBeLessThanOrEqual(100);
  expect(steps[0]).toMatch(/^ {4}request_0, request_1, .*,$/);
  expect(steps.slice(-2).join(" ")).toMatch(/ request_47, +and 12 more$/);
});

test.each([
  ["sequence", "restart", "the requests below, in order, until one fails; no pause"],
  ["sequence", "continue", "the requests below, in order, whatever fails; no pause"],
  ["sequence", "stop", "the requests below, in order, until one fails, then the user leaves; no pause"],
])("describeScenario says of a %s with on_failure %s: %s", (_, onFailure, words) => {
  const sequence = `[sequence]\non_failure = "${onFailure}"\nsteps = [{ request = "r", repeat = 2 }]\n`;
  expect(described(`[runtime]\nduration_seconds = 1\n${sequence}${END}`)).toContain(`\nIteration  ${words}\n`);
  const open = '[schedule]\ntype = "arrivals"\nrate = 1\n';
  const end = onFailure === "continue" ? "whatever fails" : "until one fails";
  expect(described(`[runtime]\nduration_seconds = 1\n${open}${sequence}${END}`)).toContain(
    `\nIteration  the requests below, in order, ${end}; then the user leaves\n`,
  );
});

test("details of a request stand under its name, once", () => {
  const text = described(`[runtime]\nduration_seconds = 1\n${END}expect = { status = 200 }
[sequence]
steps = [{ request = "r" }, { request = "r", repeat = 2 }]
`);
  expect(text).toContain(`
Requests
  1.           33.3 %  r  GET /  timeout 30 s
                       expects status 200
  2.  2 times, 66.7 %  r  GET /  timeout 30 s
`);
});

test("textWords writes values as the scenario does", () => {
  const path =
    "/{{user}}/{{iteration}}/{{uuid}}/{{int(-1, 9)}}/{{choice('a', 'b c')}}/{{string(4)}}/{{env.API_KEY}}/{{users.email}}";
  const toml = `[runtime]\nduration_seconds = 1\n[data.users]\nfile = "users.csv"\npick = "unique"\n[target]\nbase_url = "http://h"\n[[requests]]\nname = "r"\npath = "${path}"\n`;
  expect(described(toml)).toContain(` GET ${path.replace("'a', 'b c'", '"a", "b c"')} `);
  const scenario = {} as Parameters<typeof textWords>[1];
  const parts = [
    {
      kind: "base64",
      parts: [
        { kind: "text", text: "a:" },
        { kind: "bytes", bytes: new Uint8Array(3) },
      ],
    },
  ] as const;
  expect(textWords({ parts }, scenario)).toBe("a:(3 bytes)");
});
