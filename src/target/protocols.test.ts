/** Every route over each protocol, with and without TLS, asked by Node's own clients: the answers must be the same. */
import { request as requestHttp } from "node:http";
import { connect } from "node:http2";
import { request as requestHttps } from "node:https";
import { connect as connectTls } from "node:tls";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import type { HttpVersion } from "./options.ts";
import { type RunningTarget, startTarget } from "./server.ts";

interface Answer {
  readonly status: number;
  /** Those that are not about the connection. */
  readonly headers: Record<string, unknown>;
  readonly body: string;
}

type Ask = (target: RunningTarget, path: string, method?: string, body?: string) => Promise<Answer>;

const REQUEST_HEADERS = { "x-token": "t", "content-type": "text/plain" };

/** One request over HTTP/1.1, on a connection of its own. Rejects with the client's error. */
const askHttp1: Ask = (target, path, method = "GET", body) =>
  new Promise((resolve, reject) => {
    const { host, port, certificatePem } = target;
    const options = { host, port, path, method, headers: REQUEST_HEADERS, agent: false } as const;
    const asked =
      certificatePem === null ? requestHttp(options) : requestHttps({ ...options, ca: certificatePem, family: 4 });
    asked.on("error", reject).on("response", (response) => {
      const parts: Buffer[] = [];
      response.on("data", (part: Buffer) => parts.push(part));
      response.on("error", reject);
      response.on("end", () => {
        const { connection, "keep-alive": keepAlive, "transfer-encoding": coding, ...headers } = response.headers;
        resolve({ status: response.statusCode!, headers, body: Buffer.concat(parts).toString() });
      });
    });
    asked.end(body);
  });

/** The same over HTTP/2. */
const askHttp2: Ask = (target, path, method = "GET", body) =>
  new Promise((resolve, reject) => {
    const session = connect(target.url, target.certificatePem === null ? {} : { ca: target.certificatePem });
    session.on("error", reject);
    const asked = session.request({ ":method": method, ":path": path, ...REQUEST_HEADERS }, { endStream: false });
    const parts: Buffer[] = [];
    let answer: Omit<Answer, "body"> | null = null;
    asked.on("response", ({ ":status": status, ...headers }) => {
      answer = { status: status!, headers: Object.fromEntries(Object.entries(headers)) };
    });
    asked.on("data", (part: Buffer) => parts.push(part));
    asked.on("error", reject);
    asked.on("close", () => {
      session.destroy();
      if (answer === null) reject(new Error("no answer"));
      else resolve({ ...answer, body: Buffer.concat(parts).toString() });
    });
    asked.end(body);
  });

let plain: RunningTarget;
let secure: RunningTarget;
beforeAll(async () => {
  [plain, secure] = await Promise.all([startTarget(), startTarget({ tls: true })]);
});
afterAll(() => Promise.all([plain.close(), secure.close()]));

test.each([
  ["GET", "/"],
  ["HEAD", "/"],
  ["POST", "/?user=17"],
  ["GET", "/bytes/0"],
  ["GET", "/bytes/1000001"],
  ["HEAD", "/bytes/1000001"],
  ["GET", "/status/200"],
  ["GET", "/status/204"],
  ["GET", "/status/205"],
  ["GET", "/status/304"],
  ["HEAD", "/status/404"],
  ["GET", "/status/599"],
  ["POST", "/close"],
  ["GET", "/chunked?chunks=7&bytes=100000"],
  ["HEAD", "/chunked"],
  ["GET", "/stream?chunks=3&bytes=10&interval=2"],
  ["HEAD", "/stream"],
  ["GET", "/delay/1.5"],
  ["GET", "/delay?distribution=longtail&max=3"],
  ["GET", "/stall?every_ms=5&for_ms=5"],
  ["GET", "/flaky?ratio=1&status=503"],
  ["GET", "/drop?ratio=0"],
  ["GET", "/bytes/x"],
  ["GET", "/delay/600001"],
  ["GET", "/nowhere"],
  ["POST", "/stall?every_ms=20&for_ms=0"],
])("%s %s has one answer, whatever the protocol", async (method, path) => {
  const expected = await askHttp1(plain, path, method);
  expect(await askHttp2(plain, path, method)).toEqual(expected);
  expect(await askHttp1(secure, path, method)).toEqual(expected);
  expect(await askHttp2(secure, path, method)).toEqual(expected);
});

test.each([0, 5, 3_000_000])("/echo gives back a body of %i bytes, and differs in the version alone", async (bytes) => {
  const body = "ü".repeat(bytes / 2);
  for (const target of [plain, secure]) {
    const [first, second] = await Promise.all(
      [askHttp1, askHttp2].map(async (ask) => JSON.parse((await ask(target, "/echo?a=1", "PUT", body)).body)),
    );
    expect([first.http_version, second.http_version]).toEqual(["1.1", "2"]);
    expect(second.body).toBe(body);
    expect(second.headers).toMatchObject({ host: `${target.host}:${target.port}`, "x-token": "t" });
    expect(Object.keys(second.headers).filter((name) => name.startsWith(":"))).toEqual([]);
    const { connection, "content-length": length, "transfer-encoding": coding, ...headers } = first.headers;
    expect({ ...second, http_version: "1.1" }).toEqual({ ...first, headers });
  }
});

test("/echo refuses a body beyond its bound over either protocol", async () => {
  const body = "x".repeat(10 * 1024 * 1024 + 1);
  for (const ask of [askHttp1, askHttp2]) expect((await ask(plain, "/echo", "POST", body)).status).toBe(413);
});

test("chance and the books know no protocol but by name", async () => {
  const target = await startTarget({ seed: "5", errorRatio: 0.5 });
  const alone = await startTarget({ seed: "5", errorRatio: 0.5 });
  onTestFinished(async () => void (await Promise.all([target.close(), alone.close()])));
  const seen: number[][] = [[], []];
  for (let i = 0; i < 20; i++) {
    seen[0]!.push((await (i % 2 === 0 ? askHttp1 : askHttp2)(target, "/")).status);
    seen[1]!.push((await askHttp1(alone, "/")).status);
  }
  expect(seen[0]).toEqual(seen[1]);
  expect(new Set(seen[0])).toEqual(new Set([200, 500]));
  const stats = JSON.parse((await askHttp2(target, "/stats")).body);
  expect(stats).toMatchObject({
    requests: { total: 20, answered: 20 },
    by_http_version: { "1.1": 10, "2": 10 },
    connections: { accepted: 21 },
  });
});

describe("http versions", () => {
  /** The protocol that TLS agrees on with a client that offers `offered`; the client's error where it does not. */
  function agreed(target: RunningTarget, offered: string[]): Promise<unknown> {
    return new Promise((resolve) => {
      const { host, port, certificatePem: ca } = target;
      const socket = connectTls({ host, port, ca: ca!, ...(offered.length > 0 && { ALPNProtocols: offered }) });
      socket.on("secureConnect", () => {
        resolve(socket.alpnProtocol);
        socket.destroy();
      });
      socket.on("error", (error: NodeJS.ErrnoException) => resolve(error.code));
    });
  }

  const REFUSED = "ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL";

  test.each<[HttpVersion, unknown[]]>([
    ["auto", ["h2", "h2", "http/1.1", false, REFUSED]],
    ["http1.1", ["http/1.1", REFUSED, "http/1.1", false, REFUSED]],
    ["http2", ["h2", "h2", REFUSED, false, REFUSED]],
  ])("with %s, ALPN offers what the server speaks", async (httpVersion, expected) => {
    const target = await startTarget({ tls: true, httpVersion });
    onTestFinished(() => target.close());
    const offers = [["http/1.1", "h2"], ["h2"], ["http/1.1"], [], ["spdy/3"]];
    expect(await Promise.all(offers.map((offered) => agreed(target, offered)))).toEqual(expected);
    while (target.stats().connections.open > 0) await new Promise((resolve) => setImmediate(resolve));
  });

  test.each([false, true])("http1.1 alone serves HTTP/1.1 and refuses HTTP/2; TLS: %s", async (tls) => {
    const target = await startTarget({ tls, httpVersion: "http1.1" });
    onTestFinished(() => target.close());
    expect((await askHttp1(target, "/")).status).toBe(200);
    await expect(askHttp2(target, "/")).rejects.toThrow();
    expect(target.stats().by_http_version).toEqual({ "1.1": 1 });
  });

  test.each([false, true])("http2 alone serves HTTP/2 and refuses HTTP/1.1; TLS: %s", async (tls) => {
    const target = await startTarget({ tls, httpVersion: "http2" });
    onTestFinished(() => target.close());
    expect((await askHttp2(target, "/")).status).toBe(200);
    await expect(askHttp1(target, "/")).rejects.toThrow();
    expect(target.stats().by_http_version).toEqual({ "2": 1 });
  });

  test("a TLS port takes other bytes, and clients that break off, without harm", async () => {
    const { connections } = secure.stats();
    const failed = await askHttp1({ ...secure, certificatePem: null }, "/").catch((error) => error.code);
    expect(failed).toBe("ECONNRESET");
    expect((await askHttp2(secure, "/")).status).toBe(200);
    while (secure.stats().connections.open > 0) await new Promise((resolve) => setImmediate(resolve));
    expect(secure.stats().connections.accepted).toBe(connections.accepted + 2);
  });
});
