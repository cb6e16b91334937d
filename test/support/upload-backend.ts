/** The HTTP/1.1 server behind proxies, in this process: reads each request to its end, and counts the bytes. */
import { once } from "node:events";
import { createServer } from "node:http";

export interface UploadBackend {
  /** Host and port. */
  readonly authority: string;
  /** Bytes of all request bodies. */
  uploadedBytes(): number;
  stop(): Promise<void>;
}

export async function startUploadBackend(): Promise<UploadBackend> {
  let uploadedBytes = 0;
  const server = createServer((request, response) => {
    request.on("data", (bytes: Buffer) => {
      uploadedBytes += bytes.length;
    });
    request.on("end", () => response.end("thank you\n"));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  return {
    authority: `127.0.0.1:${port}`,
    uploadedBytes: () => uploadedBytes,
    async stop() {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
