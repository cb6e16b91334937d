/** Each way in which a target can fail, with a real one: none hangs, none crashes, each is recorded as what it is. */

import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { createServer, type Socket } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { chooseIo } from "../src/io/choose-io.ts";
import type { FailureKind } from "../src/model/failure.ts";
import { type RunningTarget, startTarget } from "../src/target/server.ts";
import { eventsOf, oneRequest, type RunResult, runScenario, temporaryFolder } from "./support/z6.ts";

/** The ios that this machine has; the same failures must be the same kinds on each. */
const IOS = [chooseIo("auto", []).io === "uring" ? "uring" : null, "node"].filter((io) => io !== null);
if (!IOS.includes("uring")) process.stderr.write(`failures on io_uring are skipped: ${chooseIo("auto", []).reason}\n`);

let target: RunningTarget;
let secure: RunningTarget;

beforeAll(async () => {
  target = await startTarget();
  secure = await startTarget({ tls: true });
});

afterAll(async () => {
  await target.close();
  await secure.close();
});

/** A raw TCP server; returns its URL. */
async function rawServer(onConnection: (socket: Socket) => void): Promise<string> {
  const server = createServer({ allowHalfOpen: true }).listen(0, "127.0.0.1");
  server.on("connection", onConnection);
  await once(server, "listening");
  onTestFinished(() => {
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as { port: number }).port}`;
}

async function closedPort(): Promise<string> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, "close");
  return `http://127.0.0.1:${port}`;
}

function runOn(io: string, text: string, options: { ulimit?: number } = {}): Promise<RunResult> {
  return runScenario(text, { ...options, args: ["--io", io] });
}

function expectFailures(run: RunResult, kind: FailureKind, count: number): void {
  const { books, errors } = run.metrics;
  expect(books).toMatchObject({ balanced: true, issued: count, completed: 0, failed: count });
  expect(errors.by_kind).toEqual({ [kind]: count });
  expect(eventsOf(run.events, "request_failed").map(({ failure }) => failure)).toEqual(new Array(count).fill(kind));
  expect(run.code).toBe(3);
}

describe.each(IOS)("io %s", (io) => {
  test("no server: connection_refused, exit 3, and a summary that says so", async () => {
    const run = await runOn(io, oneRequest(await closedPort(), "/"));
    expectFailures(run, "connection_refused", 3);
    expect(run.stdout).toMatch(/connection_refused/);
    expect(run.stdout).toMatch(/NOTHING WAS REACHED: not one of 3 requests got an answer/);
  });

  test("a server that closes at once: connection_closed or connection_reset", async () => {
    const run = await runOn(io, oneRequest(await rawServer((socket) => socket.destroy()), "/"));
    const kinds = Object.keys(run.metrics.errors.by_kind);
    expect(kinds.every((kind) => kind === "connection_closed" || kind === "connection_reset")).toBe(true);
    expect(run.metrics.books).toMatchObject({ balanced: true, issued: 3, failed: 3 });
  });

  test.each<[string, FailureKind]>([
    ["/garbage", "invalid_response"],
    ["/headers/infinite", "header_too_large"],
    ["/body/short", "connection_closed"],
    ["/drop?when=before&how=close", "connection_closed"],
    ["/drop?when=within&how=close", "connection_closed"],
    ["/drop?when=before&how=reset", "connection_reset"],
  ])("%s fails as %s", async (path, kind) => {
    expectFailures(await runOn(io, oneRequest(target.url, path)), kind, 3);
  });

  test("an infinite body: body_too_large or the deadline, with bounded memory", async () => {
    const run = await runOn(
      io,
      oneRequest(target.url, "/body/infinite", { runtime: "vus = 1\niterations = 1", request: "timeout_ms = 1500" }),
    );
    expect(Object.keys(run.metrics.errors.by_kind)).toEqual([
      run.metrics.books.timed_out === 1 ? "request_timeout" : "body_too_large",
    ]);
    expect(run.metrics.books).toMatchObject({ balanced: true, issued: 1, completed: 0 });
  });

  test("no answer: timed out at the deadline, and the late answer meets nobody", async () => {
    const run = await runOn(io, oneRequest(target.url, "/never", { request: "timeout_ms = 150" }));
    expect(run.metrics.books).toMatchObject({ balanced: true, issued: 3, timed_out: 3 });
    expect(eventsOf(run.events, "connection_opened")).toHaveLength(3);
  });

  test("an unknown host: dns_failed", async () => {
    const run = await runOn(io, oneRequest("http://no-such-host.invalid", "/", { runtime: "vus = 1\niterations = 1" }));
    expectFailures(run, "dns_failed", 1);
  });

  test("more users than file descriptors: said before the run, recorded within", async () => {
    const run = await runOn(
      io,
      oneRequest(target.url, "/delay/300", { runtime: "vus = 20000\nduration_seconds = 1\ngraceful_stop_seconds = 5" }),
      { ulimit: 256 },
    );
    expect(run.stderr).toMatch(/warning: This run may need 20,000 sockets, and the process may open 256 files:/);
    expect(run.metrics.errors.by_kind.out_of_file_descriptors).toBeGreaterThan(1000);
    expect(run.metrics.books).toMatchObject({ balanced: true });
    expect(run.metrics.books.completed).toBeGreaterThan(50);
  });

  test("a server that speaks first is not taken for an answer", async () => {
    const run = await runOn(
      io,
      oneRequest(await rawServer((socket) => socket.write("220 mail.example ESMTP\r\n")), "/"),
    );
    expectFailures(run, "invalid_response", 3);
  });
});

test("a self-signed certificate: certificate_invalid", async () => {
  expectFailures(await runScenario(oneRequest(secure.url, "/")), "certificate_invalid", 3);
});

test("a self-signed certificate is accepted with verify_cert = false, or as its own CA", async () => {
  const lax = await runScenario(oneRequest(secure.url, "/", { target: "verify_cert = false" }));
  expect(lax.metrics.books).toMatchObject({ balanced: true, completed: 3 });
  expect(lax.code).toBe(0);
  const ca = join(temporaryFolder(), "ca.pem");
  writeFileSync(ca, secure.certificatePem!);
  const strict = await runScenario(oneRequest(secure.url, "/", { target: `ca_bundle = "${ca}"` }));
  expect(strict.metrics.books).toMatchObject({ balanced: true, completed: 3 });
  expect(strict.metrics.phases.tls.count).toBe(1);
});

test("plain HTTP where TLS is spoken, and TLS where plain HTTP is spoken", async () => {
  const tls = await runScenario(oneRequest(target.url.replace("http:", "https:"), "/"));
  expectFailures(tls, "tls_failed", 3);
  const plain = await runScenario(oneRequest(secure.url.replace("https:", "http:"), "/"));
  expect(plain.metrics.books).toMatchObject({ balanced: true, issued: 3, completed: 0 });
});

test("a peer that accepts and says nothing: connecting through TLS times out as connection_timeout", async () => {
  const url = await rawServer(() => {});
  const run = await runScenario(
    oneRequest(url.replace("http:", "https:"), "/", {
      runtime: "vus = 1\niterations = 1",
      target: "connection_timeout_ms = 200",
    }),
  );
  expectFailures(run, "connection_timeout", 1);
});
