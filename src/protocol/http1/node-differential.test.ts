/**
 * The same messages to Node's HTTP implementation and to ours, over real sockets where that is how Node can be asked:
 * both must see the same status, the same number of body bytes, and agree on what is no message at all.
 */
import { once } from "node:events";
import http from "node:http";
import net from "node:net";
import { expect, test } from "vitest";
import { latin1Encode } from "../../base/bytes.ts";
import { encodeRequest } from "./request-encoder.ts";
import { Http1ResponseParser, RESPONSE_COMPLETE } from "./response-parser.ts";

const CHUNKED = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
const RESPONSES: readonly string[] = [
  "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
  "HTTP/1.1 200 OK\r\ncontent-length:5\r\nX: \xe9\r\n\r\nhello",
  "HTTP/1.1 404\r\nContent-Length: 0\r\n\r\n",
  "HTTP/1.1 204 No Content\r\n\r\n",
  "HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n",
  "HTTP/1.0 200 OK\r\n\r\nuntil close",
  "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\nuntil close",
  "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx",
  `${CHUNKED}5\r\nhello\r\n0\r\n\r\n`,
  `${CHUNKED}5;a=b\r\nhello\r\nA\r\n0123456789\r\n0\r\nX-Trailer: 1\r\n\r\n`,
  // refused
  "SSH-2.0-OpenSSH_9.6\r\n",
  "HTTP/1.1 2000 OK\r\nContent-Length: 0\r\n\r\n",
  "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello!",
  "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
  "HTTP/1.1 200 OK\r\nContent-Length: +5\r\n\r\nhello",
  "HTTP/1.1 200 OK\r\nContent-Length : 5\r\n\r\nhello",
  "HTTP/1.1 200 OK\r\nA: b\x00\r\nContent-Length: 0\r\n\r\n",
  "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhell",
  `${CHUNKED}0x5\r\nhello\r\n0\r\n\r\n`,
  `${CHUNKED}5\nhello\r\n0\r\n\r\n`,
  `${CHUNKED}5\r\nhello!\r\n0\r\n\r\n`,
  `${CHUNKED}5\r\nhello\r\n`,
];

type Seen = { readonly status: number; readonly bodyBytes: number } | "refused";

/** What Node's client makes of a server that sends `text` and closes. */
async function seenByNode(text: string): Promise<Seen> {
  const server = net.createServer((socket) => {
    socket.on("error", () => {});
    socket.once("data", () => socket.end(latin1Encode(text)));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as net.AddressInfo;
  const seen = await new Promise<Seen>((resolve) => {
    const request = http.get({ port, host: "127.0.0.1", agent: false }, (response) => {
      let bodyBytes = 0;
      response.on("data", (part: Uint8Array) => {
        bodyBytes += part.length;
      });
      response.on("error", () => resolve("refused"));
      response.on("end", () => resolve(response.complete ? { status: response.statusCode!, bodyBytes } : "refused"));
    });
    request.on("error", () => resolve("refused"));
  });
  server.close();
  return seen;
}

function seenByUs(text: string): Seen {
  const bytes = latin1Encode(text);
  const parser = new Http1ResponseParser();
  parser.begin(false);
  parser.feed(bytes, 0, bytes.length);
  parser.end();
  return parser.state === RESPONSE_COMPLETE ? { status: parser.status, bodyBytes: parser.bodyBytes } : "refused";
}

test.each(RESPONSES.map((text) => [JSON.stringify(text), text]))("Node agrees about %s", async (_name, text) => {
  expect(seenByUs(text)).toEqual(await seenByNode(text));
});

test("Node's server reads the encoder's requests and the parser reads its answers", async () => {
  const server = http.createServer((request, response) => {
    let bodyBytes = 0;
    request.on("data", (part: Uint8Array) => {
      bodyBytes += part.length;
    });
    // Two writes: Node answers chunked.
    request.on("end", () => {
      response.write(`${request.method} ${request.url} `);
      response.end(`${request.headers["x-name"]} ${bodyBytes}`);
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const socket = net.connect((server.address() as net.AddressInfo).port, "127.0.0.1");
  const parser = new Http1ResponseParser();
  for (const [method, body] of [
    ["POST", latin1Encode("abc")],
    ["GET", null],
    ["HEAD", null],
  ] as const) {
    const bytes = encodeRequest({ method, host: "localhost", path: "/p?q", headers: [["X-Name", "n"]], body });
    parser.begin(method === "HEAD");
    socket.write(bytes);
    while (parser.state !== RESPONSE_COMPLETE) {
      const [part] = (await once(socket, "data")) as [Uint8Array];
      expect(parser.feed(part, 0, part.length)).toBe(part.length);
      expect(parser.failure).toBe(0);
    }
    const text = `${method} /p?q n ${body?.length ?? 0}`;
    expect(parser).toMatchObject({ status: 200, bodyBytes: method === "HEAD" ? 0 : text.length, keepAlive: true });
  }
  socket.destroy();
  server.close();
});
