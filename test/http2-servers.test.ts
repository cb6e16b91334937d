/**
 * HTTP/2 against servers that others made: no request fails, and each server counts the requests that the ledger has.
 * Z6_LONG=1 makes the runs as long as those that people look at, and tries every server with and without TLS.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { caddyKind } from "./support/caddy.ts";
import { h2oKind } from "./support/h2o.ts";
import { haproxyKind } from "./support/haproxy.ts";
import { UPLOAD_PATH } from "./support/http2-server.ts";
import { nghttpdKind } from "./support/nghttpd.ts";
import { NGINX, nginxKind, startNginx } from "./support/nginx.ts";
import { nodeHttp2Kind } from "./support/node-http2.ts";
import { countByMethod, type RequestCounts } from "./support/request-counts.ts";
import { type TlsFiles, writeTlsFiles } from "./support/tls-files.ts";
import { startUploadBackend, type UploadBackend } from "./support/upload-backend.ts";
import { eventsOf, oneRequest, type RunResult, runScenario, temporaryFolder, z6 } from "./support/z6.ts";

const IS_LONG = process.env.Z6_LONG !== undefined;
const SECONDS = IS_LONG ? 10 : 2;
const TEST_TIMEOUT_MS = (SECONDS + 60) * 1_000;
const KINDS = [nginxKind, nghttpdKind, h2oKind, caddyKind, haproxyKind, nodeHttp2Kind];
const METHODS = ["GET", "POST"];
const BODY_BYTES = 1024 * 1024;
const CONNECTIONS = 4;

interface Place {
  readonly folder: string;
  readonly tls: TlsFiles | null;
  readonly backend: UploadBackend;
}

async function place(isTls: boolean): Promise<Place> {
  const folder = temporaryFolder();
  const tls = isTls ? await writeTlsFiles(folder) : null;
  return { folder, tls, backend: ending(await startUploadBackend()) };
}

/** Whatever becomes of the test, the server ends with it. */
function ending<Server extends { stop(): Promise<void> }>(server: Server): Server {
  onTestFinished(() => server.stop());
  return server;
}

/** 64 users over 4 connections; one request in ten carries a megabyte. */
function mixedScenario(baseUrl: string, folder: string, length: string): string {
  const bodyFile = join(folder, "body.bin");
  writeFileSync(bodyFile, Buffer.alloc(BODY_BYTES, "z6"));
  return `
[runtime]
vus = 64
prng_seed = 7
${length}
[target]
base_url = "${baseUrl}"
http_version = "http2"
max_connections = ${CONNECTIONS}
${baseUrl.startsWith("https:") ? "verify_cert = false" : ""}
[[requests]]
name = "small"
path = "/"
weight = 0.9
[[requests]]
name = "upload"
method = "POST"
path = "${UPLOAD_PATH}"
body_file = "${bodyFile}"
weight = 0.1
`;
}

/** Requests that the ledger says were sent, by method. */
function countsOf(run: RunResult): RequestCounts {
  return countByMethod(eventsOf(run.events, "request_issued").map(({ request }) => METHODS[request]!));
}

/** Every request was answered with a 2xx, on connections that speak `protocol`. */
function expectNoFailure(run: RunResult, protocol: string): void {
  const { books, errors } = run.metrics;
  expect(errors).toMatchObject({ total: 0, by_kind: {} });
  expect(books).toMatchObject({ balanced: true, completed: books.issued, failed: 0, timed_out: 0, unfinished: 0 });
  const statuses = eventsOf(run.events, "response_received").map(({ status }) => status);
  expect(statuses).toHaveLength(books.issued);
  expect(statuses.filter((status) => status < 200 || status > 299)).toEqual([]);
  const protocols = eventsOf(run.events, "connection_opened").map((event) => event.protocol);
  expect([...new Set(protocols)]).toEqual([protocol]);
  expect(run.code).toBe(0);
}

describe.each(KINDS)("$name", (kind) => {
  test.skipIf(!kind.isInstalled).each(IS_LONG ? [false, true] : kind.shortRuns)(
    "64 users over 4 connections, one request in ten with a megabyte: the books agree (TLS %s)",
    async (isTls) => {
      const { folder, tls, backend } = await place(isTls);
      const server = ending(await kind.start({ folder, tls, backend }));
      const run = await runScenario(mixedScenario(server.url, folder, `duration_seconds = ${SECONDS}`));
      await server.stop();
      const counts = countsOf(run);
      expectNoFailure(run, isTls ? "http2+tls" : "http2");
      expect(server.requestsCounted()).toEqual(counts);
      expect(server.uploadedBytes()).toBe(counts.POST! * BODY_BYTES);
      expect(run.metrics.connections).toMatchObject({ opened: CONNECTIONS, errors: 0 });
    },
    TEST_TIMEOUT_MS,
  );
});

describe.skipIf(NGINX === undefined)("nginx", () => {
  test.each([false, true])(
    "sends GOAWAY every 1,000 requests: that costs no request, and the run replays identically (TLS %s)",
    async (isTls) => {
      const { folder, tls, backend } = await place(isTls);
      const nginx = ending(await startNginx(folder, { http2: true, tls, backend, keepaliveRequests: 1_000 }));
      const length = IS_LONG ? `duration_seconds = ${SECONDS}` : "iterations = 70";
      const run = await runScenario(mixedScenario(nginx.url, folder, length));
      await nginx.stop();
      const counts = countsOf(run);
      expectNoFailure(run, isTls ? "http2+tls" : "http2");
      expect(nginx.http2Counts()).toEqual(counts);
      const closed = eventsOf(run.events, "connection_closed");
      expect(closed.length).toBe(run.metrics.connections.opened);
      expect(closed.length).toBeGreaterThanOrEqual(Math.max(CONNECTIONS, run.metrics.requests.total / 1_000));
      expect(closed.filter(({ reason }) => reason === "goaway").map(({ requests }) => requests)).toContain(1_000);
      expect((await z6("replay", run.folder)).stdout).toMatch(/^identical: /);
    },
    TEST_TIMEOUT_MS,
  );

  test.each(["auto", "node"])("answers before the request is whole, and that is an answer (--io %s)", async (io) => {
    const { folder } = await place(false);
    const nginx = ending(await startNginx(folder, { http2: true }));
    const run = await runScenario(mixedScenario(nginx.url, folder, "iterations = 20"), { args: ["--io", io] });
    await nginx.stop();
    expectNoFailure(run, "http2");
    expect(nginx.http2Counts()).toEqual(countsOf(run));
  });

  test.each([
    [true, "http2+tls"],
    [false, "http1.1+tls"],
  ])("auto speaks the best that the server knows (HTTP/2 %s)", async (http2, protocol) => {
    const { folder, tls } = await place(true);
    const nginx = ending(await startNginx(folder, { http2, tls }));
    const target = 'http_version = "auto"\nverify_cert = false';
    const run = await runScenario(oneRequest(nginx.url, "/", { runtime: "vus = 8\niterations = 50", target }));
    await nginx.stop();
    expectNoFailure(run, protocol);
    expect(nginx.requestsLogged()).toBe(400);
    expect(nginx.http2Counts()).toEqual(http2 ? { GET: 400 } : {});
  });
});
