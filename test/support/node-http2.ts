/** node:http2 as a server, in this process: counts what it answered. */
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createSecureServer, createServer, type ServerHttp2Session } from "node:http2";
import { type Http2ServerKind, localUrl, SMALL_BODY } from "./http2-server.ts";
import { countByMethod } from "./request-counts.ts";

export const nodeHttp2Kind: Http2ServerKind = {
  name: "node:http2",
  isInstalled: true,
  shortRuns: [false],
  async start({ tls }) {
    const methods: string[] = [];
    let uploadedBytes = 0;
    const sessions = new Set<ServerHttp2Session>();
    const server = tls
      ? createSecureServer({ cert: readFileSync(tls.certificate), key: readFileSync(tls.key) })
      : createServer();
    server.on("session", (session: ServerHttp2Session) => {
      sessions.add(session);
      session.on("close", () => sessions.delete(session));
    });
    server.on("stream", (stream, headers) => {
      stream.on("data", (bytes: Buffer) => {
        uploadedBytes += bytes.length;
      });
      stream.on("end", () => {
        methods.push(headers[":method"]!);
        stream.respond({ ":status": 200 });
        stream.end(SMALL_BODY);
      });
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as { port: number };
    return {
      url: localUrl(port, tls !== null),
      requestsCounted: () => countByMethod(methods),
      uploadedBytes: () => uploadedBytes,
      async stop() {
        if (!server.listening) return;
        const closed = once(server, "close");
        server.close();
        for (const session of sessions) session.destroy();
        await closed;
      },
    };
  },
};
