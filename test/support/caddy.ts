/** Caddy, with Go's HTTP/2: answers by itself, hands uploads on to a backend, and logs. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Http2ServerKind, localUrl, SMALL_BODY, UPLOAD_PATH } from "./http2-server.ts";
import { countInLog } from "./request-counts.ts";
import { findServer, freePort, startServer } from "./server-process.ts";

const CADDY = findServer("caddy", "caddy");

export const caddyKind: Http2ServerKind = {
  name: "Caddy",
  isInstalled: CADDY !== undefined,
  shortRuns: [true],
  async start({ folder, tls, backend }) {
    const port = await freePort();
    const accessLog = join(folder, "access.log");
    const configuration = join(folder, "Caddyfile");
    writeFileSync(
      configuration,
      `{
	admin off
	auto_https off
	servers {
		protocols h1 h2 h2c
	}
}
${tls ? "https" : "http"}://:${port} {
	bind 127.0.0.1
	${tls ? `tls ${tls.certificate} ${tls.key}` : ""}
	log {
		output file ${accessLog} {
			roll_disabled
		}
		format json
	}
	handle ${UPLOAD_PATH} {
		reverse_proxy ${backend.authority}
	}
	respond ${JSON.stringify(SMALL_BODY)}
}
`,
    );
    const server = await startServer([CADDY!, "run", "--config", configuration, "--adapter", "caddyfile"], {
      port,
      folder,
      env: { XDG_CONFIG_HOME: folder, XDG_DATA_HOME: folder },
    });
    return {
      url: localUrl(port, tls !== null),
      requestsCounted: () =>
        countInLog(readFileSync(accessLog, "utf8"), /"proto":"HTTP\/2\.0","method":"(\w+)".*"status":200,/g),
      uploadedBytes: backend.uploadedBytes,
      stop: server.stop,
    };
  },
};
