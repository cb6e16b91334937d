/**
 * Our codec against nghttp2, which Node's HTTP/2 is made of: on one connection nghttp2 decodes what our encoder makes of
 * random requests and we decode what its encoder makes of random responses, while both sides' tables change their size.
 * The client's frames are made by hand (RFC 9113 4.1). fast-check prints the seed of a failure.
 */
import { once } from "node:events";
import http2 from "node:http2";
import net from "node:net";
import fc from "fast-check";
import { expect, test } from "vitest";
import { concatBytes, latin1Encode } from "../../base/bytes.ts";
import { HPACK_OK, HpackDecoder } from "./decoder.ts";
import { HpackEncoder } from "./encoder.ts";
import type { HpackField } from "./field.ts";
import { STATIC_TABLE } from "./static-table.ts";

const HEADERS = 1;
const RST_STREAM = 3;
const SETTINGS = 4;
const GOAWAY = 7;
const ACK = 0x1;
const END_STREAM_AND_HEADERS = 0x5;
const END_HEADERS = 0x4;
const HEADER_TABLE_SIZE = 1;
const FRAME_HEAD_BYTES = 9;

function frame(type: number, flags: number, stream: number, payload: Uint8Array): Uint8Array {
  const head = new DataView(new ArrayBuffer(FRAME_HEAD_BYTES));
  head.setUint32(0, (payload.length << 8) | type);
  head.setUint8(4, flags);
  head.setUint32(5, stream);
  return concatBytes([new Uint8Array(head.buffer), payload]);
}

function tableSizeSetting(bytes: number): Uint8Array {
  const entry = new DataView(new ArrayBuffer(6));
  entry.setUint16(0, HEADER_TABLE_SIZE);
  entry.setUint32(2, bytes);
  return new Uint8Array(entry.buffer);
}

/** The client: it answers settings by limiting the encoder's table, and hands on the blocks of responses. */
class HandMadeClient {
  readonly #socket: net.Socket;
  readonly #encoder = new HpackEncoder();
  readonly #decoder: HpackDecoder;
  #received: Uint8Array = new Uint8Array(0);
  #stream = -1;

  constructor(socket: net.Socket, tableBytes: number) {
    this.#socket = socket;
    this.#decoder = new HpackDecoder(tableBytes, 1_000_000);
    socket.write(latin1Encode("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"));
    socket.write(frame(SETTINGS, 0, 0, tableSizeSetting(tableBytes)));
  }

  /** Waits for a frame of that type and flag; what comes before it is dealt with. */
  async frameOf(type: number, flag: number): Promise<Uint8Array> {
    for (;;) {
      const bytes = this.#received;
      const head = new DataView(bytes.buffer, bytes.byteOffset);
      const length = bytes.length < FRAME_HEAD_BYTES ? 0 : head.getUint32(0) >> 8;
      if (bytes.length < FRAME_HEAD_BYTES + length) {
        const [part] = (await once(this.#socket, "data")) as [Uint8Array];
        this.#received = concatBytes([bytes, part]);
        continue;
      }
      const payload = bytes.slice(FRAME_HEAD_BYTES, FRAME_HEAD_BYTES + length);
      this.#received = bytes.slice(FRAME_HEAD_BYTES + length);
      const [its, flags] = [bytes[3]!, bytes[4]!];
      if (its === GOAWAY || its === RST_STREAM)
        throw new Error(`nghttp2 refuses: ${Buffer.from(payload).toString("hex")}`);
      if (its === SETTINGS && (flags & ACK) === 0) this.#follow(payload);
      if (its === type && (flags & flag) === flag) return payload;
    }
  }

  #follow(settings: Uint8Array): void {
    const view = new DataView(settings.buffer);
    for (let at = 0; at < settings.length; at += 6) {
      if (view.getUint16(at) === HEADER_TABLE_SIZE) this.#encoder.limitTable(view.getUint32(at + 2));
    }
    this.#socket.write(frame(SETTINGS, ACK, 0, new Uint8Array(0)));
  }

  /** Sends a request and returns the fields of the response. */
  async exchange(request: readonly HpackField[]): Promise<HpackField[]> {
    this.#stream += 2;
    this.#socket.write(frame(HEADERS, END_STREAM_AND_HEADERS, this.#stream, this.#encoder.encode(request)));
    const block = await this.frameOf(HEADERS, END_HEADERS);
    const fields: HpackField[] = [];
    const visit = (name: string, value: string) => fields.push({ name, value });
    expect(this.#decoder.decode(block, 0, block.length, visit)).toBe(HPACK_OK);
    return fields;
  }
}

type Step =
  | { readonly request: readonly HpackField[]; readonly response: readonly HpackField[] }
  | { readonly tableBytes: number };

/** Goes through `steps` on one connection: what each side sent must be what the other one heard. */
async function converse(clientTableBytes: number, serverTableBytes: number, steps: readonly Step[]): Promise<void> {
  const server = http2.createServer({
    settings: { headerTableSize: serverTableBytes },
    maxDeflateDynamicTableSize: 65_536,
    maxHeaderListPairs: 1_000,
  });
  const requests: string[][] = [];
  let response: readonly HpackField[] = [];
  server.on("stream", (stream: http2.ServerHttp2Stream, _headers: object, _flags: number, rawHeaders: string[]) => {
    requests.push(rawHeaders);
    stream.respond(objectOf(response), { endStream: true });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const socket = net.connect((server.address() as net.AddressInfo).port, "127.0.0.1");
  const [session] = (await once(server, "session")) as [http2.ServerHttp2Session];
  const client = new HandMadeClient(socket, clientTableBytes);
  try {
    for (const step of steps) {
      if ("tableBytes" in step) {
        session.settings({ headerTableSize: step.tableBytes });
        await client.frameOf(SETTINGS, 0);
        continue;
      }
      response = step.response;
      const heard = await client.exchange(step.request);
      expect(requests.pop()).toEqual(step.request.flatMap(({ name, value }) => [name, value]));
      expect(heard).toEqual(step.response.map(({ name, value }) => ({ name, value })));
    }
  } finally {
    socket.destroy();
    session.destroy();
    server.close();
  }
}

/** Node takes a list of fields as an object; names stay in order because none is a number. */
function objectOf(fields: readonly HpackField[]): http2.OutgoingHttpHeaders {
  const headers: http2.OutgoingHttpHeaders = Object.fromEntries(fields.map(({ name, value }) => [name, value]));
  const sensitive = fields.filter((field) => field.sensitive).map(({ name }) => name);
  return { ...headers, [http2.sensitiveHeaders]: sensitive };
}

// Names whose values nghttp2 or Node look into, or that HTTP/2 forbids.
const LOOKED_INTO = ["content-length", "date", "host", "transfer-encoding"];
const staticNames = STATIC_TABLE.map(([name]) => name).filter(
  (name) => !/^:/.test(name) && !LOOKED_INTO.includes(name),
);

const text = fc.oneof(
  fc.stringMatching(/^(?:[!-~](?:[ -~]{0,40}[!-~])?)?$/),
  fc.stringMatching(/^[!-~\x80-\xff]{0,30}$/),
  fc.integer({ min: 1, max: 700 }).map((length) => "v".repeat(length)),
  fc.constantFrom("1", "2"),
);
const field: fc.Arbitrary<HpackField> = fc.record({
  name: fc.oneof(fc.constantFrom(...staticNames), fc.stringMatching(/^x-[!#$%&'*+.^_`|~0-9a-z-]{0,8}$/)),
  value: text,
  sensitive: fc.boolean(),
});
const fields = fc.uniqueArray(field, { maxLength: 10, selector: ({ name }) => name });
const request = fc
  .record({
    method: fc.constantFrom("GET", "POST", "PUT"),
    scheme: fc.constantFrom("http", "https"),
    path: fc.stringMatching(/^\/[a-z0-9?=&./]{0,20}$/),
    fields,
  })
  .map(({ method, scheme, path, fields: others }): HpackField[] => [
    { name: ":method", value: method },
    { name: ":scheme", value: scheme },
    { name: ":authority", value: "127.0.0.1" },
    { name: ":path", value: path },
    ...others,
  ]);
const response = fc.record({ status: fc.integer({ min: 200, max: 599 }), fields }).map((its): HpackField[] => [
  { name: ":status", value: String(its.status) },
  ...its.fields,
  // Node adds a date where there is none.
  { name: "date", value: "Mon, 21 Oct 2013 20:13:21 GMT" },
]);
const tableBytes = fc.oneof(fc.constantFrom(0, 64, 4_096, 65_536), fc.integer({ min: 0, max: 6_000 }));
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ request, response }) },
  { weight: 1, arbitrary: fc.record({ tableBytes }) },
);

test("nghttp2 and we hear what the other one says, whatever the sizes of the tables", async () => {
  await fc.assert(fc.asyncProperty(tableBytes, tableBytes, fc.array(step, { maxLength: 25 }), converse), {
    numRuns: 60,
  });
});

test("nghttp2 knows the static table as we do", async () => {
  const status = { name: ":status", value: "200" };
  const date = { name: "date", value: "" };
  const steps = STATIC_TABLE.filter(([name]) => name !== "transfer-encoding").map(([name, value]): Step => {
    const pseudo: Record<string, string> = { ":method": "GET", ":scheme": "http", ":authority": "a", ":path": "/" };
    if (name in pseudo) pseudo[name] = value === "" ? "b" : value;
    const request = Object.entries(pseudo).map(([known, its]) => ({ name: known, value: its }));
    if (name === ":status") return { request, response: [{ name, value }, date] };
    const its = { name, value: { "content-length": "0", host: "b" }[name] ?? value };
    return { request: name in pseudo ? request : [...request, its], response: [status, date] };
  });
  await converse(4_096, 4_096, steps);
});

test("nghttp2 decodes our Huffman code of every byte that a value may have, and we decode its own", async () => {
  const bytes = Array.from({ length: 256 }, (_, byte) => String.fromCharCode(byte));
  const allowed = bytes.filter((byte) => /[!-~\x80-\xff]/.test(byte));
  const request: HpackField[] = [
    { name: ":method", value: "GET" },
    { name: ":scheme", value: "http" },
    { name: ":authority", value: "a" },
    { name: ":path", value: "/" },
  ];
  // Among zeros, whose codes are short, even the longest code makes the whole string shorter.
  const steps = allowed.map((byte, i): Step => {
    const its = { name: `x-${i}`, value: `${"0".repeat(16)}${byte}00` };
    return {
      request: [...request, its],
      response: [{ name: ":status", value: "200" }, its, { name: "date", value: "" }],
    };
  });
  await converse(4_096, 4_096, steps);
});
