/** The servers of the comparisons, without a log and, unless said otherwise, with one worker. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { NGHTTPD, startNghttpd } from "../test/support/nghttpd.ts";
import { NGINX, startNginx } from "../test/support/nginx.ts";
import { freePort, startServer } from "../test/support/server-process.ts";
import { writeTlsFiles } from "../test/support/tls-files.ts";

const CLI = join(process.cwd(), "dist/cli/main.js");

export interface BenchServer {
  readonly url: string;
  /** Without TLS; where there is none anyway, the same. */
  readonly plainUrl: string;
  /** Processor time that it has used, s. */
  busySeconds(): number;
  stop(): Promise<void>;
}

export interface BenchServerKind {
  version(): string;
  /** Starts it with its files in `folder`, on the core `processor`. */
  start(folder: string, processor: number): Promise<BenchServer>;
}

/** What `command` prints of itself. */
function printed(command: string, option: string): string {
  const { stdout, stderr } = spawnSync(command, [option], { encoding: "utf8" });
  return `${stdout}${stderr}`.trim();
}

/** HTTP/1.1 in clear. */
export const nginx: BenchServerKind = {
  version: () => printed(NGINX!, "-v"),
  start: (folder, processor) => startNginx(folder, { log: false, processor }),
};

/** The same with several workers, which may run on every core. */
export function nginxEverywhere(workers: number): BenchServerKind {
  return { ...nginx, start: (folder) => startNginx(folder, { log: false, workers }) };
}

/** HTTP/1.1, with and without TLS. */
export const nginxTls: BenchServerKind = {
  ...nginx,
  start: async (folder, processor) => startNginx(folder, { log: false, processor, tls: await writeTlsFiles(folder) }),
};

/** HTTP/2 with prior knowledge. */
export const nghttpd: BenchServerKind = {
  version: () => printed(NGHTTPD!, "--version"),
  async start(folder, processor) {
    const server = await startNghttpd(folder, { verbose: false, processor });
    return { ...server, plainUrl: server.url };
  },
};

/** The embedded target, which can stall. */
export const z6Target: BenchServerKind = {
  version: () => "z6 target",
  async start(folder, processor) {
    const port = await freePort();
    const command = [process.execPath, CLI, "target", "--port", String(port)];
    const { busySeconds, stop } = await startServer(command, { folder, port, processor });
    const url = `http://127.0.0.1:${port}`;
    return { url, plainUrl: url, busySeconds, stop };
  },
};
