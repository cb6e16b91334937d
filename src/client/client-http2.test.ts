/** The client over HTTP/2: what it opens, sends and reports, turn by turn, with frames made by hand. */
import { expect, test } from "vitest";
import { EntryRing } from "../base/entry-ring.ts";
import { Places } from "../base/places.ts";
import { CLOSE_CODES, FAILED_SENT, KIND, KIND_NAMES, PROTOCOL_CODES } from "../model/entry.ts";
import { FAILURE_CODES } from "../model/failure.ts";
import type { IoPort } from "../model/ports.ts";
import type { Scenario } from "../model/scenario.ts";
import { FRAME_HEADER_BYTES, FRAME_HEADERS, FRAME_RST_STREAM, readUint31 } from "../protocol/http2/frame.ts";
import { FrameWriter } from "../protocol/http2/frame-writer.ts";
import { http2Request } from "../protocol/http2/request.ts";
import { Client } from "./client.ts";

const PREFACE_BYTES = 24;
const STATUS_200 = Uint8Array.of(0x88);
const GET = http2Request({ method: "GET", host: "h", path: "/", headers: [], body: null }, false);

/** A client whose peer is a list of frames. */
function harness(users: number, maxConnections: number) {
  const asked: string[] = [];
  const io: IoPort = {
    open: (connection) => asked.push(`open ${connection}`),
    send: () => asked.push("send"),
    write: (connection, bytes, start, end) => {
      for (const [type, stream] of framesIn(bytes, start, end)) {
        if (type === FRAME_HEADERS) asked.push(`request ${connection}/${stream}`);
        if (type === FRAME_RST_STREAM) asked.push(`reset ${connection}/${stream}`);
      }
    },
    unsent: () => 0,
    close: (connection) => asked.push(`close ${connection}`),
  };
  const target = { host: "127.0.0.1", tls: null, httpVersion: "http2", maxConnections, maxStreamsPerConnection: 10 };
  const scenario = {
    usersMax: users,
    targets: [{ ...target, connectionTimeoutNs: 1e9 }],
    requests: [{ method: "GET" }],
  } as unknown as Scenario;
  const plan = {
    scenario,
    places: Places.fixed(users),
    shard: 0,
    shards: 1,
    requestBytes: [new Uint8Array(1)],
    http2Requests: [GET],
    dynamic: new Uint8Array(1),
    messages: null,
    inspections: null,
  };
  const client = new Client(plan, () => io);
  const commands = new EntryRing(64);

  function turn(nowNs: number, ...todo: [kind: number, user: number][]) {
    client.begin(nowNs);
    const inputs: Record<string, unknown>[] = [];
    while (client.inputs.count > 0) {
      const at = client.inputs.take();
      const { kind, identity, flags, code, a, b, c } = client.inputs;
      const numbers = { identity: identity[at], flags: flags[at], code: code[at], a: a[at], b: b[at], c: c[at] };
      inputs.push({ kind: KIND_NAMES[kind[at]!], ...numbers });
    }
    for (const [kind, user] of todo) {
      client.perform(commands, commands.push(kind, user, 0, 0, 0, 0), nowNs);
      commands.take();
    }
    client.end();
    return inputs;
  }

  /** The peer sends what `frames` writes. */
  function peer(connection: number, frames: (out: FrameWriter) => void): void {
    const out = new FrameWriter();
    frames(out);
    client.received(connection, out.bytes, 0, out.length);
  }

  return { client, turn, peer, asked: () => asked.splice(0) };
}

function framesIn(bytes: Uint8Array, start: number, end: number): [type: number, stream: number][] {
  const frames: [number, number][] = [];
  let at = bytes[start] === 0x50 ? start + PREFACE_BYTES : start;
  while (at < end) {
    frames.push([bytes[at + 3]!, readUint31(bytes, at + 5)]);
    at += FRAME_HEADER_BYTES + ((bytes[at]! << 16) | (bytes[at + 1]! << 8) | bytes[at + 2]!);
  }
  return frames;
}

const answer = (stream: number) => (out: FrameWriter) => out.headers(stream, STATUS_200, true, 16_384);

/** Two users on one connection whose settings have come. */
function openHarness() {
  const h = harness(2, 1);
  h.turn(100, [KIND.request_issued, 0], [KIND.request_issued, 1]);
  h.client.opened(0, 5, 0, "", false);
  h.turn(200);
  h.peer(0, (out) => out.settings());
  h.turn(300);
  expect(h.asked()).toEqual(["open 0", "request 0/1", "request 0/3"]);
  return h;
}

test("Requests share a connection: one before the peer's settings are known, the others behind it", () => {
  const { turn, peer, client, asked } = harness(3, 1);
  turn(100, [KIND.request_issued, 0], [KIND.request_issued, 1], [KIND.request_issued, 2]);
  expect(asked()).toEqual(["open 0"]);
  client.opened(0, 5, 0, "", false);
  expect(turn(200)).toMatchObject([{ kind: "connection_opened", flags: PROTOCOL_CODES.http2 }]);
  expect(asked()).toEqual(["request 0/1"]);
  peer(0, (out) => out.settings());
  turn(300);
  expect(asked()).toEqual(["request 0/3", "request 0/5"]);
  peer(0, answer(3));
  expect(turn(400)).toMatchObject([{ kind: "response_received", identity: 1, code: 200, b: 200, c: 100, a: 10 }]);
});

test("First byte and last byte of an answer in different turns are told apart", () => {
  const { turn, peer } = openHarness();
  peer(0, (out) => out.headers(1, STATUS_200, false, 16_384));
  expect(turn(450)).toEqual([]);
  peer(0, (out) => out.data(1, new Uint8Array(4), 0, 4, true));
  expect(turn(600)).toMatchObject([{ kind: "response_received", identity: 0, a: 10 + 13, b: 100, c: 250 }]);
});

test("A request that is given up costs its stream, not its connection", () => {
  const { turn, peer, asked } = openHarness();
  turn(400, [KIND.request_timed_out, 0]);
  expect(asked()).toEqual(["reset 0/1"]);
  peer(0, answer(1));
  peer(0, answer(3));
  expect(turn(500)).toMatchObject([{ kind: "response_received", identity: 1 }]);
  turn(600, [KIND.request_issued, 0]);
  expect(asked()).toEqual(["request 0/5"]);
});

test("Requests that a peer leaves out when it goes are sent on another connection; the others finish", () => {
  const { client, turn, peer, asked } = openHarness();
  peer(0, (out) => out.goaway(1, 0));
  expect(turn(400)).toEqual([]);
  expect(asked()).toEqual(["open 1"]);
  client.opened(1, 5, 0, "", false);
  turn(500);
  expect(asked()).toEqual(["request 1/1"]);
  peer(0, answer(1));
  expect(turn(600)).toMatchObject([
    { kind: "response_received", identity: 0 },
    { kind: "connection_closed", identity: 0, code: CLOSE_CODES.goaway },
  ]);
  peer(1, (out) => out.settings());
  peer(1, answer(1));
  expect(turn(700)).toMatchObject([{ kind: "response_received", identity: 1, b: 400, c: 200 }]);
});

test("A peer that goes with an error fails what it leaves out", () => {
  const { turn, peer } = openHarness();
  peer(0, (out) => out.goaway(1, 2));
  expect(turn(400)).toMatchObject([
    { kind: "request_failed", identity: 1, flags: FAILED_SENT, code: FAILURE_CODES.goaway, a: 2 },
  ]);
});

test("A connection that is lost takes all its requests with it", () => {
  const { client, turn, asked } = openHarness();
  client.failed(0, FAILURE_CODES.connection_reset, 104);
  expect(turn(400)).toMatchObject([
    { kind: "request_failed", identity: 0, code: FAILURE_CODES.connection_reset, a: 104, flags: FAILED_SENT },
    { kind: "request_failed", identity: 1, code: FAILURE_CODES.connection_reset },
    { kind: "connection_closed", identity: 0, code: CLOSE_CODES.failure },
  ]);
  expect(asked()).toEqual(["close 0"]);
});

test("A peer that goes before it was asked anything fails nobody", () => {
  const { client, turn, peer, asked } = harness(1, 1);
  turn(100, [KIND.request_issued, 0]);
  client.opened(0, 5, 0, "", false);
  peer(0, (out) => {
    out.settings();
    out.goaway(0, 0);
  });
  expect(turn(200)).toMatchObject([
    { kind: "connection_opened" },
    { kind: "connection_closed", code: CLOSE_CODES.goaway },
  ]);
  expect(asked()).toEqual(["open 0", "close 0", "open 0"]);
});
