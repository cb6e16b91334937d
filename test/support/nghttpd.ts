/** nghttpd, the server of nghttp2: serves files, and prints every frame when it is told to. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Http2Server, type Http2ServerKind, localUrl, SMALL_BODY, UPLOAD_PATH } from "./http2-server.ts";
import { countInLog } from "./request-counts.ts";
import { findServer, freePort, type ServerProcess, startServer } from "./server-process.ts";
import type { TlsFiles } from "./tls-files.ts";

export const NGHTTPD = findServer("nghttpd", "nghttp2-server");

export interface NghttpdOptions {
  /** null: by prior knowledge. */
  readonly tls?: TlsFiles | null;
  /** false: it prints nothing. */
  readonly verbose?: boolean;
  /** Runs it on this processor only (taskset). */
  readonly processor?: number;
}

/** Starts nghttpd, which serves `folder`. */
export async function startNghttpd(
  folder: string,
  { tls = null, verbose = true, processor }: NghttpdOptions = {},
): Promise<Http2Server & Pick<ServerProcess, "busySeconds">> {
  for (const path of ["index.html", UPLOAD_PATH]) writeFileSync(join(folder, path), SMALL_BODY);
  const port = await freePort();
  const options = ["--address=127.0.0.1", `--htdocs=${folder}`];
  if (verbose) options.push("--verbose");
  const place = tls ? [String(port), tls.key, tls.certificate] : ["--no-tls", String(port)];
  const server = await startServer([NGHTTPD!, ...options, ...place], { port, folder, processor });
  return {
    url: localUrl(port, tls !== null),
    requestsCounted: () => countInLog(server.output(), /recv \(stream_id=\d+\) :method: (\w+)$/gm),
    uploadedBytes: () => {
      const frames = server.output().matchAll(/recv DATA frame <length=(\d+),/g);
      return Array.from(frames, ([, length]) => Number(length)).reduce((sum, length) => sum + length, 0);
    },
    busySeconds: server.busySeconds,
    stop: server.stop,
  };
}

export const nghttpdKind: Http2ServerKind = {
  name: "nghttpd",
  isInstalled: NGHTTPD !== undefined,
  shortRuns: [false],
  start: ({ folder, tls }) => startNghttpd(folder, { tls }),
};
