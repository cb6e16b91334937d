/** HAProxy, which speaks HTTP/2 to clients and hands everything on to a backend. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Http2ServerKind, localUrl } from "./http2-server.ts";
import { countInLog } from "./request-counts.ts";
import { findServer, freePort, startServer } from "./server-process.ts";

const HAPROXY = findServer("haproxy", "haproxy");

export const haproxyKind: Http2ServerKind = {
  name: "HAProxy",
  isInstalled: HAPROXY !== undefined,
  shortRuns: [true],
  async start({ folder, tls, backend }) {
    const port = await freePort();
    const configuration = join(folder, "haproxy.cfg");
    writeFileSync(
      configuration,
      `
global
  log stdout format raw local0
  nbthread 1
defaults
  mode http
  timeout connect 5s
  timeout client 30s
  timeout server 30s
frontend http2
  bind 127.0.0.1:${port} ${tls ? `ssl crt ${tls.both} alpn h2` : "proto h2"}
  option dontlognull
  log global
  log-format "%HM %HV %ST"
  default_backend http1
backend http1
  server upload ${backend.authority}
`,
    );
    const server = await startServer([HAPROXY!, "-db", "-f", configuration], { port, folder });
    return {
      url: localUrl(port, tls !== null),
      requestsCounted: () => countInLog(server.output(), /^(\w+) HTTP\/2\.0 200$/gm),
      uploadedBytes: backend.uploadedBytes,
      stop: server.stop,
    };
  },
};
