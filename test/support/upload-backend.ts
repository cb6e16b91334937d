/** The HTTP/1.1 server behind proxies: reads each request to its end, and counts. */
import { once } from "node:events";
import { createServer } from "node:http";
import { SMALL_BODY } from "./http2-server.ts";

export interface UploadBackend {
  readonly url: string;
  /** Requests by method, and bytes of all bodies. */
  requests(method: string): number;
  bodyBytes(): number;
  stop(): Promise<void>;
}

export async function startUploadBackend(): Promise<UploadBackend> {
  const requests = new Map<string, number>();
  let bodyBytes = 0;
  const server = createServer((request, response) => {
    request.on("data", (bytes: Buffer) => {
      bodyBytes += bytes.length;
    });
    request.on("end", () => {
      const method = request.method!;
      requests.set(method, (requests.get(method) ?? 0) + 1);
      response.end(SMALL_BODY);
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  return {
    url: `http://127.0.0.1:${port}`,
    requests: (method) => requests.get(method) ?? 0,
    bodyBytes: () => bodyBytes,
    async stop() {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
