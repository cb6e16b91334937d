import { Agent, type IncomingHttpHeaders, type RequestOptions, request } from "node:http";
import { connect } from "node:net";
import { describe, expect, onTestFinished, test } from "vitest";
import { ECHO_BYTES_MAX } from "./bounds.ts";
import { nowNs } from "./clock.ts";
import type { TargetOptions } from "./options.ts";
import { type RunningTarget, startTarget } from "./server.ts";

async function started(options: TargetOptions = {}): Promise<RunningTarget> {
  const target = await startTarget(options);
  onTestFinished(() => target.close());
  return target;
}

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  readonly text: string;
  /** From before the request to after the answer. */
  readonly elapsedNs: number;
}

/** One request on a connection of its own. Rejects with the client's error. */
function ask(
  target: RunningTarget,
  path: string,
  options: RequestOptions = {},
  body?: string | Buffer,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const startNs = nowNs();
    const { host, port } = target;
    const asked = request({ host, port, path, agent: false, ...options }, (response) => {
      const parts: Buffer[] = [];
      response.on("data", (part: Buffer) => parts.push(part));
      response.on("error", reject);
      response.on("end", () => {
        const whole = Buffer.concat(parts);
        resolve({
          status: response.statusCode!,
          headers: response.headers,
          body: whole,
          text: whole.toString(),
          elapsedNs: nowNs() - startNs,
        });
      });
    });
    asked.on("error", reject).end(body);
  });
}

/** Sends one GET and reads up to `bytesMax` bytes, the end, or an error; then goes away. */
function readRaw(
  target: RunningTarget,
  path: string,
  bytesMax = Number.MAX_SAFE_INTEGER,
): Promise<{ bytes: Buffer; ending: string }> {
  return new Promise((resolve) => {
    const parts: Buffer[] = [];
    let bytes = 0;
    const socket = connect({ host: target.host, port: target.port });
    const finish = (ending: string) => {
      socket.destroy();
      resolve({ bytes: Buffer.concat(parts), ending });
    };
    socket.write(`GET ${path} HTTP/1.1\r\nHost: target\r\n\r\n`);
    socket.on("error", (error: NodeJS.ErrnoException) => finish(error.code ?? ""));
    socket.on("end", () => finish("end"));
    socket.on("data", (part) => {
      parts.push(part);
      bytes += part.length;
      if (bytes >= bytesMax) finish("enough");
    });
  });
}

/** Until the statistics are as wanted: for what the server notices a moment after the client does. */
async function eventually(target: RunningTarget, until: (stats: ReturnType<RunningTarget["stats"]>) => boolean) {
  while (!until(target.stats())) await new Promise((resolve) => setImmediate(resolve));
}

describe("routes that answer well", () => {
  test("/ gives the same bytes each time", async () => {
    const target = await started();
    const first = await ask(target, "/");
    expect(first.status).toBe(200);
    expect(JSON.parse(first.text)).toEqual({ status: "ok" });
    expect((await ask(target, "/?user=17")).headers).toEqual(first.headers);
    expect(first.headers.date).toBeUndefined();
  });

  test.each([0, 1, 65_536, 1_000_001])("/bytes/%i gives exactly that many bytes", async (bytes) => {
    const answer = await ask(await started(), `/bytes/${bytes}`);
    expect(answer.headers["content-length"]).toBe(String(bytes));
    expect(answer.body.length).toBe(bytes);
  });

  test.each([200, 201, 204, 304, 404, 503, 599])("/status/%i gives that status", async (status) => {
    expect((await ask(await started(), `/status/${status}`)).status).toBe(status);
  });

  test("/echo gives method, headers and body back", async () => {
    const target = await started();
    const headers = { "X-Token": "t", "Content-Type": "text/plain" };
    const echoed = JSON.parse((await ask(target, "/echo?a=1", { method: "PUT", headers }, "grüße")).text);
    expect(echoed).toMatchObject({ method: "PUT", url: "/echo?a=1", body: "grüße", body_encoding: "text" });
    expect(echoed.headers).toMatchObject({ "x-token": "t", "content-type": "text/plain" });
    const binary = JSON.parse((await ask(target, "/echo", { method: "POST" }, Buffer.from([0xff, 0]))).text);
    expect(binary).toMatchObject({ body: "/wA=", body_encoding: "base64", body_bytes: 2 });
  });

  test("/echo refuses a body beyond its bound", async () => {
    const answer = await ask(await started(), "/echo", { method: "POST" }, Buffer.alloc(ECHO_BYTES_MAX + 1));
    expect(answer.status).toBe(413);
  });

  test("/close closes the connection after a good answer", async () => {
    const { bytes, ending } = await readRaw(await started(), "/close");
    expect(bytes.toString()).toMatch(/^HTTP\/1.1 200 OK\r\nconnection: close\r\n/);
    expect(ending).toBe("end");
  });

  test("/chunked and /stream give all their chunks", async () => {
    const target = await started();
    const chunked = await ask(target, "/chunked?chunks=7&bytes=100");
    expect(chunked.headers["transfer-encoding"]).toBe("chunked");
    expect(chunked.body.length).toBe(700);
    expect((await ask(target, "/chunked")).body.length).toBe(500);
    const streamed = await ask(target, "/stream?chunks=3&bytes=10&interval=5");
    expect(streamed.body.length).toBe(30);
    expect(streamed.elapsedNs).toBeGreaterThanOrEqual(10_000_000);
  });

  test("HEAD gives the head alone", async () => {
    const answer = await ask(await started(), "/bytes/1000", { method: "HEAD" });
    expect([answer.headers["content-length"], answer.body.length]).toEqual(["1000", 0]);
  });

  test("a connection serves one request after another", async () => {
    const target = await started();
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    onTestFinished(() => agent.destroy());
    for (let i = 0; i < 5; i++) await ask(target, "/", { agent });
    expect(target.stats().connections).toEqual({ accepted: 1, open: 1 });
  });
});

describe("routes that answer late", () => {
  test("/delay/:ms waits, and the server's record lies between the wish and the client's measure", async () => {
    const target = await started();
    const answer = await ask(target, "/delay/3.5");
    const { count, max_ns } = target.stats().delays;
    expect(count).toBe(1);
    expect(max_ns).toBeGreaterThanOrEqual(3_500_000);
    expect(max_ns).toBeLessThanOrEqual(answer.elapsedNs);
  });

  test("/delay?distribution stays above its minimum and is recorded each time", async () => {
    const target = await started();
    for (const distribution of ["uniform", "normal", "longtail"]) {
      await ask(target, `/delay?distribution=${distribution}&min=1&max=3&seed=9`);
    }
    const { count, p50_ns } = target.stats().delays;
    expect(count).toBe(3);
    expect(p50_ns).toBeGreaterThanOrEqual(1_000_000);
  });

  test("/never stays pending until the client goes away", async () => {
    const target = await started();
    const asked = request({ host: target.host, port: target.port, path: "/never", agent: false }).on("error", () => {});
    asked.end();
    await eventually(target, ({ requests }) => requests.pending === 1);
    asked.destroy();
    await eventually(target, ({ requests }) => requests.abandoned === 1);
    expect(target.stats().requests).toMatchObject({ total: 1, answered: 0, pending: 0 });
  });

  test("/stall answers at once outside of its windows and at their end within", async () => {
    const target = await started();
    await ask(target, "/stall?every_ms=600000&for_ms=0");
    await ask(target, "/stall?every_ms=5&for_ms=5");
    const { count, max_ns } = target.stats().delays;
    expect(count).toBe(2);
    expect(max_ns).toBeLessThanOrEqual(1_000_000_000);
  });

  test("POST /stall freezes every answer, also one whose turn had come, but not the statistics", async () => {
    const target = await started();
    const late = ask(target, "/delay/200");
    await eventually(target, ({ requests }) => requests.pending === 1);
    const startNs = nowNs();
    await ask(target, "/stall?ms=500", { method: "POST" });
    const fixed = ask(target, "/");
    const stats = JSON.parse((await ask(target, "/stats")).text);
    expect(stats.requests).toMatchObject({ answered: 0 });
    await Promise.all([late, fixed]);
    expect(nowNs() - startNs).toBeGreaterThanOrEqual(500_000_000);
    expect(target.stats().delays.count).toBe(2);
  });

  test("POST /stall sets windows for the whole server and ends them", async () => {
    const target = await started();
    await ask(target, "/stall?every_ms=20&for_ms=20", { method: "POST" });
    await eventually(target, ({ connections }) => connections.open === 0);
    const frozen = ask(target, "/");
    await eventually(target, ({ requests }) => requests.pending === 1);
    await ask(target, "/stall?every_ms=20&for_ms=0", { method: "POST" });
    expect((await frozen).status).toBe(200);
    expect(target.stats().delays.count).toBe(1);
    await ask(target, "/");
    expect(target.stats().delays.count).toBe(1);
  });
});

describe("routes that fail", () => {
  async function statuses(target: RunningTarget, path: string, count: number): Promise<(number | string)[]> {
    const seen: (number | string)[] = [];
    for (let i = 0; i < count; i++) {
      seen.push(
        await ask(target, path).then(
          ({ status }) => status,
          (error) => error.code,
        ),
      );
    }
    return seen;
  }

  test("/flaky fails the same requests for the same seed", async () => {
    const path = "/flaky?ratio=0.5&status=503&seed=42";
    const first = await started();
    const seen = await statuses(first, path, 40);
    expect(new Set(seen)).toEqual(new Set([200, 503]));
    expect(await statuses(await started(), path, 40)).toEqual(seen);
    expect(await statuses(first, "/flaky?ratio=0.5&status=503&seed=43", 40)).not.toEqual(seen);
  });

  test("/drop drops the same requests for the same seed", async () => {
    const path = "/drop?ratio=0.5";
    const seen = await statuses(await started({ seed: "8" }), path, 30);
    expect(new Set(seen)).toEqual(new Set([200, "ECONNRESET"]));
    expect(await statuses(await started({ seed: "8" }), path, 30)).toEqual(seen);
  });

  test.each([
    ["before", "reset", 0, "ECONNRESET"],
    ["before", "close", 0, "end"],
    ["within", "reset", 500, "ECONNRESET"],
    ["within", "close", 500, "end"],
  ])("/drop %s the answer by %s sends %i bytes of body", async (when, how, bodyBytes, expected) => {
    const target = await started();
    const { bytes, ending } = await readRaw(target, `/drop?when=${when}&how=${how}`);
    const headEnd = bytes.indexOf("\r\n\r\n");
    expect(ending).toBe(expected);
    expect(bytes.length === 0 ? 0 : bytes.length - headEnd - 4).toBe(bodyBytes);
    expect(target.stats().requests).toMatchObject({ total: 1, [`dropped_${when}`]: 1, answered: 0, pending: 0 });
  });

  test("the options' ratios and delay apply to / alone", async () => {
    const target = await started({ errorRatio: 0.3, dropRatio: 0.3, delayMs: 0.5, seed: "3" });
    const seen = await statuses(target, "/", 40);
    expect(new Set(seen)).toEqual(new Set([200, 500, "ECONNRESET"]));
    const { by_status, delays, requests } = target.stats();
    expect(by_status["500"]).toBe(seen.filter((status) => status === 500).length);
    expect(requests.dropped_before).toBe(seen.filter((status) => status === "ECONNRESET").length);
    expect(delays.count).toBe(requests.answered);
    expect(new Set(await statuses(target, "/status/200", 10))).toEqual(new Set([200]));
  });
});

describe("routes that misbehave", () => {
  test("/garbage is no HTTP", async () => {
    const target = await started();
    const { bytes, ending } = await readRaw(target, "/garbage");
    expect([bytes.length, bytes[0], ending]).toEqual([256, 255, "end"]);
    await expect(ask(target, "/garbage")).rejects.toMatchObject({ code: "HPE_INVALID_CONSTANT" });
  });

  test("/headers/infinite goes on until the client goes away", async () => {
    const target = await started();
    const { bytes } = await readRaw(target, "/headers/infinite", 4_000_000);
    expect(bytes.toString("latin1", 0, 40)).toMatch(/^HTTP\/1.1 200 OK\r\nX-Header-0: zzz/);
    expect(bytes.indexOf("\r\n\r\n")).toBe(-1);
    await eventually(target, ({ connections }) => connections.open === 0);
    expect(target.stats().requests.misbehaved).toBe(1);
  });

  test("/body/infinite goes on until the client goes away", async () => {
    const target = await started();
    const { bytes } = await readRaw(target, "/body/infinite", 4_000_000);
    expect(bytes.length).toBeGreaterThanOrEqual(4_000_000);
    await eventually(target, ({ connections }) => connections.open === 0);
    expect(target.stats().requests.misbehaved).toBe(1);
  });

  test("/body/short ends before its Content-Length", async () => {
    const target = await started();
    const { bytes, ending } = await readRaw(target, "/body/short");
    expect(ending).toBe("end");
    expect(bytes.length - bytes.indexOf("\r\n\r\n") - 4).toBe(500);
    await expect(ask(target, "/body/short")).rejects.toMatchObject({ code: "ECONNRESET" });
  });
});

describe("requests that are wrong", () => {
  test.each([
    ["/bytes/x", "parameter n"],
    ["/bytes/1073741825", "parameter n"],
    ["/delay/600001", "parameter ms"],
    ["/delay?distribution=square", "one of uniform, normal, longtail"],
    ["/delay?min=5&max=4", "min must not be larger than max"],
    ["/chunked?chunks=0", "parameter chunks"],
    ["/stream?interval=-1", "parameter interval"],
    ["/status/199", "parameter code"],
    ["/status/600", "parameter code"],
    ["/flaky?ratio=1.5", "parameter ratio"],
    ["/flaky?seed=-1", "parameter seed"],
    ["/drop?how=gently", "one of reset, close"],
    ["/drop?when=after", "one of before, within"],
    ["/stall?every_ms=1&for_ms=2", "for_ms must not be larger than every_ms"],
  ])("%s is answered with 400 and the reason", async (path, reason) => {
    const answer = await ask(await started(), path);
    expect(answer.status).toBe(400);
    expect(answer.text).toContain(reason);
  });

  test("an unknown path is answered with 404", async () => {
    const target = await started();
    const answer = await ask(target, "/nowhere");
    expect([answer.status, answer.text]).toEqual([404, "no route GET /nowhere\n"]);
    expect((await ask(target, "/stats/reset")).status).toBe(404);
  });
});

describe("the statistics", () => {
  test("/stats counts what was received and leaves itself out", async () => {
    const target = await started();
    await ask(target, "/");
    await ask(target, "/?a=1", { method: "POST" }, "body");
    await ask(target, "/status/404");
    await ask(target, "/drop").catch(() => {});
    await eventually(target, ({ connections }) => connections.open === 0);
    const answer = await ask(target, "/stats");
    expect(answer.headers["content-type"]).toBe("application/json");
    expect(JSON.parse(answer.text)).toMatchObject({
      requests: { total: 4, answered: 3, dropped_before: 1, pending: 0 },
      by_path: { "/": 2, "/status/404": 1, "/drop": 1 },
      by_method: { GET: 3, POST: 1 },
      by_status: { "200": 2, "404": 1 },
      connections: { accepted: 5, open: 1 },
      delays: { count: 0, p50_ns: null },
    });
  });

  test("bytes_in is what the client sent, on open and closed connections", async () => {
    const target = await started();
    const head = "GET /close HTTP/1.1\r\nHost: target\r\n\r\n";
    await readRaw(target, "/close");
    expect(target.stats().bytes_in).toBe(head.length);
    await readRaw(target, "/close");
    expect(target.stats().bytes_in).toBe(2 * head.length);
  });

  test("POST /stats/reset starts new books; a request of the old ones stays out of them", async () => {
    const target = await started();
    const late = ask(target, "/delay/20");
    await eventually(target, ({ requests }) => requests.pending === 1);
    await ask(target, "/stats/reset", { method: "POST" });
    await late;
    const { bytes_in, by_path, delays, requests } = target.stats();
    expect(requests).toMatchObject({ total: 0, answered: 0, pending: 0 });
    expect([by_path, delays.count, bytes_in]).toEqual([{}, 0, 0]);
  });
});

describe("close", () => {
  test("ends open connections and pending answers", async () => {
    const target = await startTarget();
    const asked = [ask(target, "/never"), ask(target, "/delay/60000"), ask(target, "/stream?interval=60000")];
    const ended = Promise.allSettled(asked);
    await eventually(target, ({ requests }) => requests.pending === 3);
    await target.close();
    expect((await ended).map(({ status }) => status)).toEqual(["rejected", "rejected", "rejected"]);
    expect(target.stats().connections.open).toBe(0);
    await expect(ask(target, "/")).rejects.toMatchObject({ code: "ECONNREFUSED" });
  });

  test("may be called twice", async () => {
    const target = await startTarget();
    await target.close();
    await target.close();
  });
});

test("startTarget rejects with the system's error when it cannot listen", async () => {
  const target = await started();
  await expect(startTarget({ port: target.port })).rejects.toMatchObject({ code: "EADDRINUSE" });
});

test("url is one that a client can use, wherever the server listens", async () => {
  const everywhere = await started({ host: "0.0.0.0" });
  expect(everywhere.url).toBe(`http://127.0.0.1:${everywhere.port}`);
});
