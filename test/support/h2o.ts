/** h2o: serves a file, hands uploads on to a backend, and logs. */
import { readFileSync, writeFileSync } from "node:fs";
import { userInfo } from "node:os";
import { join } from "node:path";
import { type Http2ServerKind, localUrl, SMALL_BODY, UPLOAD_PATH } from "./http2-server.ts";
import { countInLog } from "./request-counts.ts";
import { findServer, freePort, startServer } from "./server-process.ts";

const H2O = findServer("h2o", "h2o");

export const h2oKind: Http2ServerKind = {
  name: "h2o",
  isInstalled: H2O !== undefined,
  shortRuns: [true],
  async start({ folder, tls, backend }) {
    const port = await freePort();
    const accessLog = join(folder, "access.log");
    const configuration = join(folder, "h2o.conf");
    const ssl = tls
      ? { "certificate-file": tls.certificate, "key-file": tls.key, "ocsp-update-interval": 0 }
      : undefined;
    writeFileSync(join(folder, "index.html"), SMALL_BODY);
    // JSON is YAML, which h2o reads.
    writeFileSync(
      configuration,
      JSON.stringify({
        user: userInfo().username,
        "num-threads": 1,
        listen: { host: "127.0.0.1", port, ssl },
        "access-log": { path: accessLog, format: "%m %H %s" },
        hosts: {
          default: {
            paths: {
              [UPLOAD_PATH]: { "proxy.reverse.url": `http://${backend.authority}` },
              "/": { "file.dir": folder },
            },
          },
        },
      }),
    );
    const server = await startServer([H2O!, "--conf", configuration], { port, folder });
    return {
      url: localUrl(port, tls !== null),
      requestsCounted: () => countInLog(readFileSync(accessLog, "utf8"), /^(\w+) HTTP\/2 200$/gm),
      uploadedBytes: backend.uploadedBytes,
      stop: server.stop,
    };
  },
};
