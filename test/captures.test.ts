/** What a response gives and what it lacks, on each protocol: sent, recorded, and replayed to the same requests. */
import { createServer as createHttp1Server, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer as createHttp2Server, type Http2ServerRequest, type Http2ServerResponse } from "node:http2";
import type { AddressInfo, Server } from "node:net";
import { gzipSync } from "node:zlib";
import { expect, onTestFinished, test } from "vitest";
import { eventsOf, type RunResult, runScenario, z6 } from "./support/z6.ts";

type Request = IncomingMessage | Http2ServerRequest;
type Response = ServerResponse | Http2ServerResponse;
type HttpVersion = "http1.1" | "http2";

/** A server of the test's own, and its base URL. */
async function serverOf(version: HttpVersion, answer: (request: Request, response: Response) => void): Promise<string> {
  const server: Server = version === "http2" ? createHttp2Server(answer) : createHttp1Server(answer);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function expectSameReplay({ folder, code, stderr }: RunResult, exitCode = 0): Promise<void> {
  expect(code, stderr).toBe(exitCode);
  const replay = await z6("replay", folder);
  expect(replay.code, replay.stdout + replay.stderr).toBe(0);
}

const VERSIONS: readonly HttpVersion[] = ["http1.1", "http2"];

test.each(VERSIONS)("%s: a name whose later capture finds nothing stands for an empty text", async (version) => {
  const asked: string[] = [];
  const base = await serverOf(version, (request, response) => {
    asked.push(request.url!);
    response.end(JSON.stringify({ token: request.url === "/first" ? "t1" : null }));
  });
  const run = await runScenario(`
[runtime]
vus = 1
iterations = 2
[target]
base_url = "${base}"
http_version = "${version}"
[[requests]]
name = "first"
path = "/first"
capture = { token = { json = "/token" } }
[[requests]]
name = "second"
path = "/second?{{token}}"
capture = { token = { json = "/token" } }
[[requests]]
name = "third"
path = "/third?{{token}}"
[sequence]
on_failure = "continue"
steps = [{ request = "first" }, { request = "second" }, { request = "third" }]
`);
  expect(asked).toEqual(["/first", "/second?t1", "/third?", "/first", "/second?t1", "/third?"]);
  expect(eventsOf(run.events, "check_failed")).toHaveLength(2);
  await expectSameReplay(run);
});

test.each(VERSIONS)("%s: captures, checks of JSON and cookies", async (version) => {
  const wrong: string[] = [];
  const base = await serverOf(version, (request, response) => {
    const { url, headers } = request;
    if (url === "/login") {
      response.setHeader("Set-Cookie", ["sid=s%1; Path=/", "old=1; Path=/"]);
      response.setHeader("X-Next", "/items/7");
      response.setHeader("Content-Encoding", "gzip");
      response.end(gzipSync('{"ok": true, "user": {"id": 12345678901234567890}, "html": "<input value=\\"k-9\\">"}'));
    } else if (
      url === "/look/12345678901234567890/k-9" &&
      headers.cookie === "sid=s%1; old=1" &&
      headers["x-was"] === "s%1"
    ) {
      response.setHeader("Set-Cookie", "old=; Max-Age=0; Path=/");
      response.end('{"items": [{"price": 1.50}], "note": null}');
    } else if (url === "/bye" && headers.cookie === "sid=s%1" && headers["x-user"] === '{"id": 12345678901234567890}') {
      response.end('{"ok": false}');
    } else {
      wrong.push(`${url} ${JSON.stringify(headers)}`);
      response.statusCode = 500;
      response.end();
    }
  });
  const run = await runScenario(`
[runtime]
vus = 3
iterations = 2
[target]
base_url = "${base}"
http_version = "${version}"
cookies = true
[[requests]]
name = "login"
method = "POST"
path = "/login"
expect = { status = 200, json = { "/ok" = true } }
[requests.capture]
id = { json = "/user/id" }
person = { json = "/user" }
next = { header = "X-Next", secret = true }
key = { regex = 'value=..([\\w-]+)' }
was = { cookie = "sid" }
[[requests]]
name = "look"
path = "/look/{{id}}/{{key}}"
headers = { "X-Was" = "{{was}}" }
expect = { json = { "/items/0/price" = 1.5 }, body_contains = "1.50" }
[[requests]]
name = "bye"
path = "/bye"
headers = { "X-User" = "{{person}}", "X-Next" = "{{next}}" }
expect = { json = { "/ok" = true } }
[sequence]
steps = [{ request = "login" }, { request = "look" }, { request = "bye" }]
`);
  expect(wrong).toEqual([]);
  expect(run.metrics.requests).toMatchObject({ total: 18, success: 12, by_status: { 200: 18 } });
  // The last step breaks the one rule that it has.
  expect(run.metrics.errors.by_kind).toEqual({ check_failed: 6 });
  expect(eventsOf(run.events, "value_captured")).toHaveLength(5 * 6);
  expect(eventsOf(run.events, "connection_opened").every(({ protocol }) => protocol === version)).toBe(true);
  await expectSameReplay(run);
});

test.each(VERSIONS)("%s: basic auth that the server takes, and one that it refuses", async (version) => {
  const base = await serverOf(version, (request, response) => {
    const [user, password] = Buffer.from((request.headers.authorization ?? "").slice("Basic ".length), "base64")
      .toString()
      .split(":");
    const isRight = user === "ann é" && password === "s3cret";
    response.statusCode = isRight ? 200 : 401;
    if (!isRight) response.setHeader("WWW-Authenticate", 'Basic realm="test"');
    response.end();
  });
  const scenario = (password: string): string => `
[runtime]
vus = 2
iterations = 3
[target]
base_url = "${base}"
http_version = "${version}"
auth = { basic = { username = "ann é", password = "${password}" } }
[[requests]]
name = "it"
path = "/"
[assertions]
error_rate_max = 0
`;
  const env = { Z6_TEST_PASSWORD: "s3cret" };
  const taken = await runScenario(scenario("{{env.Z6_TEST_PASSWORD}}"), { env });
  expect(taken.metrics.requests.by_status).toEqual({ 200: 6 });
  await expectSameReplay(taken);
  const refused = await runScenario(scenario("{{env.Z6_TEST_PASSWORD}}!"), { env });
  expect(refused.metrics.requests.by_status).toEqual({ 401: 6 });
  expect(refused.metrics.errors.by_kind).toEqual({ status_4xx: 6 });
  await expectSameReplay(refused, 1);
});
