/**
 * Servers of HTTP/2 that break the rules, or keep them and mean harm, for real: each beside a server that behaves, to
 * which the same users send. What was done to a request is in the books as what it is, the server that behaves answers
 * everything on its one connection, and the memory that it all costs is bounded.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { concatBytes, latin1Encode } from "../src/base/bytes.ts";
import { chooseIo } from "../src/io/choose-io.ts";
import type { ErrorKind, Summary } from "../src/model/summary.ts";
import {
  FLAG_END_HEADERS,
  FLAG_END_STREAM,
  FLAG_PADDED,
  FRAME_CONTINUATION,
  FRAME_DATA,
  FRAME_HEADERS,
  FRAME_PING,
  FRAME_PUSH_PROMISE,
  FRAME_RST_STREAM,
  FRAME_SETTINGS,
} from "../src/protocol/http2/frame.ts";
import { startTarget } from "../src/target/server.ts";
import {
  continuation,
  data,
  fieldBlock,
  frame,
  goaway,
  head,
  headers,
  indexedField,
  insertedField,
  ping,
  rstStream,
  settings,
  windowUpdate,
} from "./support/http2-frames.ts";
import { flood, type RawBehaviour, rawHttp2Server } from "./support/http2-raw-server.ts";
import { runScenario, temporaryFolder } from "./support/z6.ts";

/** The ios that this machine has; the same failures must be the same kinds on each. */
const IOS = [chooseIo("auto", []).io === "uring" ? "uring" : null, "node"].filter((io) => io !== null);

const USERS = 2;
const MB = 1024 * 1024;
/** A run without attackers takes some 100 MB. */
const RESIDENT_BYTES_MAX = 256 * MB;
/** A long deadline for what will end before, because a flood keeps this process busy. */
const TIMEOUT_MS = 10_000;

/** A server, and what becomes of every request to it. */
type Attack = [name: string, kind: ErrorKind, behaviour: RawBehaviour];

/** Says this when a connection opens, and no more. */
function greeting(bytes: Uint8Array): RawBehaviour {
  return { connected: (socket) => socket.write(bytes) };
}

/** Greets as it should, and answers each request with this. */
function answering(answer: (stream: number) => Uint8Array): RawBehaviour {
  return { ...greeting(settings()), requested: (socket, stream) => socket.write(answer(stream)) };
}

/** Greets as it should, begins each answer with this, and goes on with `part` for ever. */
function flooding(begin: (stream: number) => Uint8Array, part: (stream: number) => Uint8Array): RawBehaviour {
  return {
    ...greeting(settings()),
    requested(socket, stream) {
      socket.write(begin(stream));
      // Many in a write: the flood is to be fast.
      flood(socket, concatBytes(new Array<Uint8Array>(200).fill(part(stream))));
    },
  };
}

const OK_BLOCK = fieldBlock([":status", "200"]);
const HTTP1 = latin1Encode("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n");

const DEAD_ENDS: Attack[] = [
  ["sends nothing", "request_timeout", {}],
  ["reads nothing", "request_timeout", { isDeaf: true }],
  ["greets and says no more", "request_timeout", greeting(settings())],
  ["allows no stream", "request_timeout", greeting(settings([3, 0]))],
];

const STRANGERS: Attack[] = [
  ["speaks HTTP/1.1", "invalid_response", greeting(HTTP1)],
  ["answers before its SETTINGS", "invalid_response", { requested: (socket, id) => socket.write(head(id, 200, true)) }],
  ["SETTINGS of a wrong length", "protocol_violation", greeting(frame(FRAME_SETTINGS, 0, 0, [0, 3, 0]))],
  ["SETTINGS with a window that is too large", "protocol_violation", greeting(settings([4, 0x8000_0000]))],
  ["SETTINGS with a frame that is too small", "protocol_violation", greeting(settings([5, 1]))],
  ["SETTINGS that push", "protocol_violation", greeting(settings([2, 1]))],
];

const BAD_ANSWERS: [name: string, kind: ErrorKind, answer: (stream: number) => Uint8Array][] = [
  ["a field in upper case", "protocol_violation", (id) => head(id, 200, true, ["Server", "x"])],
  ["a field without a name", "protocol_violation", (id) => head(id, 200, true, ["", "x"])],
  ["no status", "invalid_response", (id) => headers(id, fieldBlock(["x", "y"]), FLAG_END_STREAM)],
  ["a length that is wrong", "protocol_violation", (id) => head(id, 200, true, ["content-length", "5"])],
  ["fields that are a bomb", "header_too_large", bomb],
  ["PUSH_PROMISE", "protocol_violation", (id) => frame(FRAME_PUSH_PROMISE, FLAG_END_HEADERS, id, [0, 0, 0, 2, 0x88])],
  ["an answer to what nobody asked", "protocol_violation", (id) => head(id + 2_000, 200, true)],
  ["an answer on a stream of the server", "protocol_violation", () => head(2, 200, true)],
  ["a frame that is too large", "protocol_violation", (id) => frame(FRAME_HEADERS, 0, id, [], 0xff_ffff)],
  ["RST_STREAM of a wrong length", "protocol_violation", (id) => frame(FRAME_RST_STREAM, 0, id, [0])],
  ["PING of a wrong length", "protocol_violation", () => frame(FRAME_PING, 0, 0, [0])],
  ["padding beyond the frame", "protocol_violation", (id) => frame(FRAME_DATA, FLAG_PADDED, id, [9, 0])],
  ["a block that nobody can decode", "protocol_violation", (id) => headers(id, indexedField(99))],
  ["CONTINUATION of nothing", "protocol_violation", (id) => frame(FRAME_CONTINUATION, FLAG_END_HEADERS, id, OK_BLOCK)],
  ["a broken block", "protocol_violation", (id) => concatBytes([frame(FRAME_HEADERS, 0, id, OK_BLOCK), ping()])],
  ["a window of the connection that overflows", "protocol_violation", () => windowUpdate(0, 0x7fff_ffff)],
  ["a window of the stream that overflows", "protocol_violation", (id) => windowUpdate(id, 0x7fff_ffff)],
  ["a window of the connection that grows by nothing", "protocol_violation", () => windowUpdate(0, 0)],
  ["a window of the stream that grows by nothing", "protocol_violation", (id) => windowUpdate(id, 0)],
  ["RST_STREAM", "stream_reset", (id) => rstStream(id, 2)],
  [
    "RST_STREAM within",
    "stream_reset",
    (id) => concatBytes([head(id, 200, false), data(id, 9, false), rstStream(id, 8)]),
  ],
  ["RST_STREAM that refuses", "stream_refused", (id) => rstStream(id, 7)],
  ["GOAWAY with an error", "goaway", () => goaway(0, 2)],
];

/** 48 MB of fields in 16 KB. */
function bomb(stream: number): Uint8Array {
  const fields = new Uint8Array(12_000).fill(0x80 | 62);
  return headers(
    stream,
    concatBytes([indexedField(8), insertedField("x", "y".repeat(4_000)), fields]),
    FLAG_END_STREAM,
  );
}

const CUT_SHORT: Attack = [
  "ends the connection within an answer",
  "connection_closed",
  {
    ...greeting(settings()),
    requested: (socket, stream) => socket.end(concatBytes([head(stream, 200, false), data(stream, 9, false)])),
  },
];

type FloodParts = [begin: (stream: number) => Uint8Array, part: (stream: number) => Uint8Array];
const NOTHING = (): Uint8Array => new Uint8Array(0);
const OPEN_BLOCK = (stream: number): Uint8Array => frame(FRAME_HEADERS, 0, stream, OK_BLOCK);

const FLOODS: [name: string, kind: ErrorKind, ...parts: FloodParts][] = [
  ["CONTINUATION", "header_too_large", OPEN_BLOCK, (id) => continuation(id, new Uint8Array(16_000))],
  ["empty CONTINUATION", "header_too_large", OPEN_BLOCK, (id) => continuation(id, [])],
  ["empty DATA", "protocol_violation", (id) => head(id, 200, false), (id) => data(id, 0, false)],
  ["DATA of streams that are over", "protocol_violation", (id) => head(id, 204, false), (id) => data(id, 9, false)],
  ["interim answers", "protocol_violation", NOTHING, (id) => head(id, 103, false, ["link", "</x>"])],
  ["SETTINGS", "protocol_violation", NOTHING, () => settings([4, 100], [1, 0])],
  ["PING", "protocol_violation", NOTHING, () => ping()],
  ["WINDOW_UPDATE", "protocol_violation", NOTHING, (id) => windowUpdate(id, 1)],
];

/** Content without end, heedless of windows. */
const ENDLESS: Attack = [
  "DATA",
  "request_timeout",
  flooding(
    (id) => head(id, 200, false),
    (id) => data(id, 16_000, false),
  ),
];

interface Attacked {
  readonly metrics: Summary;
  readonly code: number | null;
  /** By attack: errors of the requests to it. */
  readonly byKind: Readonly<Record<string, Summary["errors"]["by_kind"]>>;
  /** What the server that behaves says: requests answered, connections accepted. */
  readonly answered: number;
  readonly connections: number;
  /** The most memory that was resident; 0 where the operating system does not say. */
  readonly residentBytesMax: number;
}

interface AttackOptions {
  /** The deadline of requests that will not be answered. */
  readonly hopelessMs?: number;
  /** Requests that share a connection to an attacker. */
  readonly streamsMax?: number;
}

/** Runs users who send in turn to the server that behaves and to an attacker, to each attacker `times` times. */
async function attack(
  io: string,
  attacks: readonly Attack[],
  times: number,
  { hopelessMs = 300, streamsMax = 100 }: AttackOptions = {},
): Promise<Attacked> {
  const target = await startTarget({ httpVersion: "http2" });
  const servers = await Promise.all(attacks.map(([, , behaviour]) => rawHttp2Server(behaviour)));
  const memory = watchMemory();
  try {
    const { metrics, code } = await runScenario(
      scenario(times, [
        { name: "good", url: target.url, timeoutMs: TIMEOUT_MS, streamsMax: 100 },
        ...attacks.map(([, kind], i) => {
          const timeoutMs = kind === "request_timeout" ? hopelessMs : TIMEOUT_MS;
          return { name: `bad${i}`, url: servers[i]!.url, timeoutMs, streamsMax };
        }),
      ]),
      { env: memory.env, args: ["--io", io, "--shards", "1"] },
    );
    const { requests, connections } = target.stats();
    return {
      metrics,
      code,
      byKind: Object.fromEntries(attacks.map(([name], i) => [name, metrics.by_request[`bad${i}`]!.errors.by_kind])),
      answered: requests.answered,
      connections: connections.accepted,
      residentBytesMax: memory.residentBytesMax(),
    };
  } finally {
    for (const server of servers) server.close();
    await target.close();
  }
}

interface Server {
  readonly name: string;
  readonly url: string;
  readonly timeoutMs: number;
  readonly streamsMax: number;
}

/** @param servers the first one behaves. */
function scenario(times: number, servers: readonly Server[]): string {
  const tables = servers.map(
    ({ name, url, timeoutMs, streamsMax }) => `
[[targets]]
name = "${name}"
base_url = "${url}"
http_version = "http2"
max_streams_per_connection = ${streamsMax}
[[requests]]
name = "${name}"
path = "/"
target = "${name}"
timeout_ms = ${timeoutMs}
`,
  );
  const steps = servers.slice(1).map(({ name }) => `{ request = "${servers[0]!.name}" }, { request = "${name}" }`);
  return `
[runtime]
vus = ${USERS}
iterations = ${times}
prng_seed = 7
${tables.join("")}
[sequence]
type = "ordered"
on_failure = "continue"
steps = [${steps.join(", ")}]
`;
}

/** Has a process leave its peak of resident memory in a file when it ends. */
function watchMemory(): { env: Record<string, string>; residentBytesMax: () => number } {
  const folder = temporaryFolder();
  const script = join(folder, "watch-memory.cjs");
  const file = join(folder, "resident-kb");
  writeFileSync(
    script,
    `const { existsSync, readFileSync, writeFileSync } = require("node:fs");
process.on("exit", () => {
  if (!existsSync("/proc/self/status")) return;
  const [, kb] = /VmHWM:\\s+(\\d+) kB/.exec(readFileSync("/proc/self/status", "utf8"));
  writeFileSync(${JSON.stringify(file)}, kb);
});
`,
  );
  return {
    env: { NODE_OPTIONS: `--require ${script}` },
    residentBytesMax: () => (existsSync(file) ? 1024 * Number(readFileSync(file, "utf8")) : 0),
  };
}

/** Every request to an attacker failed as its kind says, and no other one did. */
function expectBooks(attacked: Attacked, attacks: readonly Attack[], times: number): void {
  const each = USERS * times;
  expect(attacked.byKind).toEqual(Object.fromEntries(attacks.map(([name, kind]) => [name, { [kind]: each }])));
  expectOthers(attacked, each * attacks.length);
}

/** All `good` requests to the server that behaves were answered, the books balance, and the memory was bounded. */
function expectOthers(attacked: Attacked, good: number): void {
  expect(attacked.metrics.by_request.good!.requests).toMatchObject({ total: good, success: good });
  expect(attacked).toMatchObject({ code: 0, answered: good, connections: 1 });
  expect(attacked.metrics.books).toMatchObject({ balanced: true, issued: 2 * good, completed: good, unfinished: 0 });
  expect(attacked.residentBytesMax).toBeLessThan(RESIDENT_BYTES_MAX);
}

describe.each(IOS)("io %s", (io) => {
  test("servers that lead nowhere or speak something else", async () => {
    const attacks = [...DEAD_ENDS, ...STRANGERS, CUT_SHORT];
    expectBooks(await attack(io, attacks, 2), attacks, 2);
  });

  test("answers that break the rules", async () => {
    const attacks = BAD_ANSWERS.map(([name, kind, answer]): Attack => [name, kind, answering(answer)]);
    expectBooks(await attack(io, attacks, 5), attacks, 5);
  });

  test("floods: each loses its connections, and the memory for them is bounded", async () => {
    const attacks = FLOODS.map(([name, kind, ...parts]): Attack => [name, kind, flooding(...parts)]);
    expectBooks(await attack(io, attacks, 3), attacks, 3);
  });

  test("a flood of content lasts until the deadline or its bound, and is not kept", async () => {
    // On connections of their own: what is left of the one's flood is nothing that the other should meet.
    const attacked = await attack(io, [ENDLESS], 1, { hopelessMs: 1_000, streamsMax: 1 });
    const kinds = Object.keys(attacked.byKind[ENDLESS[0]]!);
    expect(kinds.filter((kind) => kind !== "request_timeout" && kind !== "body_too_large")).toEqual([]);
    expectOthers(attacked, USERS);
  });

  test("resets, refusals and bombs, by the thousand", async () => {
    const attacks: Attack[] = [
      ["RST_STREAM", "stream_reset", answering((stream) => rstStream(stream, 8))],
      ["RST_STREAM that refuses", "stream_refused", answering((stream) => rstStream(stream, 7))],
      ["fields that are a bomb", "header_too_large", answering(bomb)],
    ];
    expectBooks(await attack(io, attacks, 500), attacks, 500);
  });
});
