import { expect, test } from "vitest";
import { describeScenario } from "./describe.ts";
import { loadScenario } from "./load.ts";

function described(text: string): string {
  const result = loadScenario(text, { path: "tests/shop.toml", readFile: () => "none" });
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
Iteration  the requests below, in order; no pause
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
