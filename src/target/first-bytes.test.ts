import { connect, type Socket } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { protocolOf } from "./first-bytes.ts";
import type { TargetOptions } from "./options.ts";
import { type RunningTarget, startTarget } from "./server.ts";

const PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
/** SETTINGS without a setting, and a GET of "/" as stream 1, from RFC 9113, section 4.1, and RFC 7541, appendix A. */
const SETTINGS = Buffer.from([0, 0, 0, 4, 0, 0, 0, 0, 0]);
const GET_ROOT = Buffer.from([0, 0, 11, 1, 5, 0, 0, 0, 1, 0x82, 0x86, 0x84, 0x01, 6, ...Buffer.from("target")]);
/** The head of the answer to it begins with ":status: 200", entry 8 of the static table. */
const STATUS_200 = 0x88;

test.each([
  ["", null],
  ["P", null],
  [PREFACE.slice(0, 23), null],
  [PREFACE, "http2"],
  [`${PREFACE}anything`, "http2"],
  ["G", "http1.1"],
  ["PO", "http1.1"],
  ["PRI * HTTP/1.1\r\n", "http1.1"],
  [`${PREFACE.slice(0, 23)}x`, "http1.1"],
  ["\u0016\u0003\u0001", "http1.1"],
])("protocolOf tells from %j: %s", (text, protocol) => {
  expect(protocolOf(Buffer.from(text, "latin1"))).toBe(protocol);
});

async function started(options: TargetOptions = {}): Promise<RunningTarget> {
  const target = await startTarget(options);
  onTestFinished(() => target.close());
  return target;
}

function connected(target: RunningTarget): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: target.host, port: target.port, noDelay: true }, () => resolve(socket));
    socket.on("error", reject);
    onTestFinished(() => void socket.destroy());
  });
}

/** Until the statistics are as wanted: for what the server notices a moment after the client does. */
async function eventually(target: RunningTarget, until: (stats: ReturnType<RunningTarget["stats"]>) => boolean) {
  while (!until(target.stats())) await new Promise((resolve) => setImmediate(resolve));
}

/** Writes `bytes` in pieces of `pieceBytes`, each of which the server has read before the next one is sent. */
async function writePieces(target: RunningTarget, socket: Socket, bytes: Buffer, pieceBytes: number): Promise<void> {
  const before = target.stats().bytes_in;
  for (let at = 0; at < bytes.length; at += pieceBytes) {
    socket.write(bytes.subarray(at, at + pieceBytes));
    const read = before + Math.min(at + pieceBytes, bytes.length);
    await eventually(target, ({ bytes_in }) => bytes_in === read);
  }
}

/** Reads until `wanted` finds what it wants in all that came. */
function received(socket: Socket, wanted: (bytes: Buffer) => boolean): Promise<Buffer> {
  return new Promise((resolve) => {
    let bytes = Buffer.alloc(0);
    socket.on("data", (part) => {
      bytes = Buffer.concat([bytes, part]);
      if (wanted(bytes)) resolve(bytes);
    });
  });
}

test.each([1, 2, 23, 24, 25, 1_000])(
  "HTTP/2 with prior knowledge may come in pieces of %i bytes",
  async (pieceBytes) => {
    const target = await started();
    const socket = await connected(target);
    const answered = received(socket, (bytes) => bytes.includes('{"status":"ok"}'));
    await writePieces(target, socket, Buffer.concat([Buffer.from(PREFACE), SETTINGS, GET_ROOT]), pieceBytes);
    expect((await answered).includes(STATUS_200)).toBe(true);
    expect(target.stats().by_http_version).toEqual({ "2": 1 });
  },
);

test.each([1, 2, 1_000])(
  "HTTP/1.1 that begins as the preface does may come in pieces of %i bytes",
  async (pieceBytes) => {
    const target = await started();
    const socket = await connected(target);
    const answered = received(socket, (bytes) => bytes.includes('"body":"grüße"'));
    const request = Buffer.from("PUT /echo HTTP/1.1\r\nHost: target\r\nContent-Length: 7\r\n\r\ngrüße");
    await writePieces(target, socket, request, pieceBytes);
    expect((await answered).toString()).toMatch(/^HTTP\/1.1 200 OK\r\n/);
    expect(target.stats().by_http_version).toEqual({ "1.1": 1 });
  },
);

test.each([
  ["bytes of every kind", Uint8Array.from({ length: 256 }, (_, index) => 255 - index)],
  ["a TLS handshake", Buffer.from("1603010005010000010303", "hex")],
  ["the method PRI", Buffer.from("PRI * HTTP/1.1\r\nHost: target\r\n\r\n")],
  ["a preface that goes wrong at its end", Buffer.from(`${PREFACE.slice(0, 23)}x`)],
  ["a version that is none", Buffer.from("GET / HTTP/7.3\r\n\r\n")],
])("%s first is answered as HTTP/1.1 answers it, and the connection closes", async (_, bytes) => {
  const [auto, http1] = [await started(), await started({ httpVersion: "http1.1" })];
  const answers = await Promise.all(
    [auto, http1].map(async (target) => {
      const socket = await connected(target);
      const parts: Buffer[] = [];
      socket.on("data", (part) => parts.push(part));
      socket.write(bytes);
      await new Promise((resolve) => socket.on("close", resolve));
      await eventually(target, ({ connections }) => connections.open === 0);
      return Buffer.concat(parts).toString();
    }),
  );
  expect(answers[0]).toMatch(/^HTTP\/1.1 (400 Bad Request|505 HTTP Version Not Supported)\r\n/);
  expect(answers[0]).toBe(answers[1]);
});

test.each(["", "PRI * HT", PREFACE])(
  "a client that ends or breaks off after %j leaves nothing behind",
  async (text) => {
    const target = await started();
    const [ended, broken] = [await connected(target), await connected(target)];
    ended.end(text);
    ended.resume();
    broken.write(text);
    await eventually(target, ({ bytes_in }) => bytes_in === 2 * text.length);
    broken.resetAndDestroy();
    await eventually(target, ({ connections }) => connections.accepted === 2 && connections.open === 0);
    expect(target.stats().requests.total).toBe(0);
  },
);

test("closing the server ends a connection whose protocol is not known yet", async () => {
  const target = await started();
  const [silent, undecided] = [await connected(target), await connected(target)];
  undecided.write("PRI");
  await eventually(target, ({ bytes_in }) => bytes_in === 3);
  const closed = Promise.all(
    [silent, undecided].map((socket) => new Promise((resolve) => socket.on("close", resolve))),
  );
  silent.resume();
  undecided.resume();
  await target.close();
  await closed;
  expect(target.stats().connections.open).toBe(0);
});
