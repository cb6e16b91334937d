/** A real nginx on loopback, with an access log, for HTTP/1.1 and HTTP/2, with and without TLS. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Http2ServerKind, localUrl, SMALL_BODY, UPLOAD_PATH } from "./http2-server.ts";
import { countInLog, type RequestCounts } from "./request-counts.ts";
import { findServer, freePort, startServer } from "./server-process.ts";
import type { TlsFiles } from "./tls-files.ts";
import type { UploadBackend } from "./upload-backend.ts";

export const NGINX = findServer("nginx", "nginx");

export interface Nginx {
  /** With TLS where it has a certificate. */
  readonly url: string;
  /** Without TLS. */
  readonly plainUrl: string;
  /** Lines of the access log; only complete after `stop`. */
  requestsLogged(): number;
  /** Of those, the ones over HTTP/2 that were answered with 200. */
  http2Counts(): RequestCounts;
  /** Processor time that its workers have used, s (Linux). */
  busySeconds(): number;
  stop(): Promise<void>;
}

export interface NginxOptions {
  /** false: no access log. */
  readonly log?: boolean;
  /** Requests after which nginx closes a connection, or leaves it with GOAWAY. */
  readonly keepaliveRequests?: number;
  /** Runs it on this processor only (taskset). */
  readonly processor?: number | undefined;
  /** Worker processes, 1 unless given. */
  readonly workers?: number;
  /** HTTP/2 instead of HTTP/1.1 or, with TLS, beside it. */
  readonly http2?: boolean;
  readonly tls?: TlsFiles | null;
  /** The server that uploads are handed on to; without, they are answered like everything else. */
  readonly backend?: UploadBackend;
}

/** Starts nginx in `folder`, which answers everything with 12 bytes. */
export async function startNginx(folder: string, options: NginxOptions = {}): Promise<Nginx> {
  const { log = true, keepaliveRequests = 1_000_000_000, processor, workers = 1, http2, tls = null, backend } = options;
  const port = await freePort();
  const accessLog = join(folder, "access.log");
  const listen = (at: number, ssl: string): string =>
    `listen 127.0.0.1:${at} ${ssl} ${http2 ? "http2" : ""} backlog=4096;`;
  const tlsPort = tls ? await freePort() : null;
  const listenTls =
    tls && tlsPort
      ? `${listen(tlsPort, "ssl")} ssl_certificate ${tls.certificate}; ssl_certificate_key ${tls.key};`
      : "";
  const upload = backend
    ? `location ${UPLOAD_PATH} { client_body_buffer_size 2m; proxy_pass http://${backend.authority}; }`
    : "";
  const small = JSON.stringify(SMALL_BODY);
  writeFileSync(
    join(folder, "nginx.conf"),
    `
worker_processes ${workers}; daemon off; pid ${folder}/nginx.pid; error_log ${folder}/error.log;
events { worker_connections 16384; }
http {
  log_format counted "$request_method $server_protocol $status";
  access_log ${log ? `${accessLog} counted` : "off"};
  keepalive_requests ${keepaliveRequests};
  client_body_temp_path ${folder}/body; proxy_temp_path ${folder}/proxy; fastcgi_temp_path ${folder}/fastcgi;
  uwsgi_temp_path ${folder}/uwsgi; scgi_temp_path ${folder}/scgi;
  server {
    ${listen(port, "")} ${listenTls}
    client_max_body_size 2m;
    location / { default_type text/plain; return 200 ${small}; }
    ${upload}
  }
}
`,
  );
  const command = [NGINX!, "-p", folder, "-c", join(folder, "nginx.conf")];
  const server = await startServer(command, { folder, port, processor, stopSignal: "SIGQUIT" });
  const logText = (): string => readFileSync(accessLog, "utf8");
  return {
    url: localUrl(tlsPort ?? port, tls !== null),
    plainUrl: localUrl(port, false),
    requestsLogged: () => logText().split("\n").length - 1,
    http2Counts: () => countInLog(logText(), /^(\w+) HTTP\/2\.0 200$/gm),
    busySeconds: server.busySeconds,
    stop: server.stop,
  };
}

export const nginxKind: Http2ServerKind = {
  name: "nginx",
  isInstalled: NGINX !== undefined,
  shortRuns: [false, true],
  async start({ folder, tls, backend }) {
    const { url, http2Counts, stop } = await startNginx(folder, { http2: true, tls, backend });
    return { url, requestsCounted: http2Counts, uploadedBytes: backend.uploadedBytes, stop };
  },
};
