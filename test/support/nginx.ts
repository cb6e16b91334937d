/** A real nginx on loopback, with an access log; tests that need it are skipped, with a hint, where it is missing. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import { join } from "node:path";

export const NGINX = [
  "/usr/sbin/nginx",
  "/usr/local/sbin/nginx",
  "/usr/local/bin/nginx",
  "/opt/homebrew/bin/nginx",
].find(existsSync);

if (NGINX === undefined) {
  process.stderr.write("nginx is not installed: the tests against it are skipped (apt-get install nginx)\n");
}

export interface Nginx {
  readonly url: string;
  /** Lines of the access log; only complete after `stop`. */
  requestsLogged(): number;
  /** Processor time that its workers have used, s (Linux). */
  busySeconds(): number;
  stop(): Promise<void>;
}

export interface NginxOptions {
  /** false: no access log. */
  readonly log?: boolean;
  /** Requests after which nginx closes a connection. */
  readonly keepaliveRequests?: number;
  /** Runs it on this processor only (taskset). */
  readonly processor?: number;
  /** Worker processes, 1 unless given. */
  readonly workers?: number;
}

/** Starts nginx in `folder`, which answers everything with 12 bytes. */
export async function startNginx(folder: string, options: NginxOptions = {}): Promise<Nginx> {
  const port = await freePort();
  const log = join(folder, "access.log");
  writeFileSync(
    join(folder, "nginx.conf"),
    `
worker_processes ${options.workers ?? 1}; daemon off; pid ${folder}/nginx.pid; error_log ${folder}/error.log;
events { worker_connections 16384; }
http {
  access_log ${options.log === false ? "off" : log};
  keepalive_requests ${options.keepaliveRequests ?? 1_000_000_000};
  client_body_temp_path ${folder}/body; proxy_temp_path ${folder}/proxy; fastcgi_temp_path ${folder}/fastcgi;
  uwsgi_temp_path ${folder}/uwsgi; scgi_temp_path ${folder}/scgi;
  server { listen 127.0.0.1:${port} backlog=4096; location / { default_type text/plain; return 200 "hello world\\n"; } }
}
`,
  );
  const command = [NGINX!, "-p", folder, "-c", join(folder, "nginx.conf")];
  if (options.processor !== undefined) command.unshift("taskset", "-c", String(options.processor));
  const child = spawn(command[0]!, command.slice(1), { stdio: "ignore" });
  await accepting(port, child);
  return {
    url: `http://127.0.0.1:${port}`,
    requestsLogged: () => readFileSync(log, "utf8").split("\n").length - 1,
    busySeconds: () => childrenBusySeconds(child.pid!),
    async stop() {
      const exited = once(child, "exit");
      child.kill("SIGQUIT");
      await exited;
    },
  };
}

/** proc(5): utime and stime are fields 14 and 15 of stat, in clock ticks, which Linux fixes at 100 a second for readers. */
function childrenBusySeconds(pid: number): number {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim().split(" ");
  const ticks = children.map((child) => {
    const fields = readFileSync(`/proc/${child}/stat`, "utf8").split(" ");
    return Number(fields[13]) + Number(fields[14]);
  });
  return ticks.reduce((sum, count) => sum + count, 0) / 100;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, "close");
  return port;
}

/** Waits until something listens on the port: each attempt ends by itself, refused or connected. */
async function accepting(port: number, child: ChildProcess): Promise<void> {
  for (let attempt = 0; attempt < 10_000 && child.exitCode === null; attempt++) {
    const isOpen = await new Promise<boolean>((resolve) => {
      const socket = connect(port, "127.0.0.1");
      socket.on("connect", () => {
        socket.destroy();
        resolve(true);
      });
      socket.on("error", () => resolve(false));
    });
    if (isOpen) return;
  }
  throw new Error(`nginx does not listen on port ${port}`);
}
