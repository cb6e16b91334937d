import { expect, test } from "vitest";
import { latin1Encode } from "../base/bytes.ts";
import { EntryRing } from "../base/entry-ring.ts";
import { Places } from "../base/places.ts";
import { NEVER } from "../base/units.ts";
import { CLOSE_CODES, FAILED_SENT, KIND, KIND_NAMES, RESPONSE_REUSED } from "../model/entry.ts";
import { FAILURE_CODES } from "../model/failure.ts";
import type { IoEvents, IoPort } from "../model/ports.ts";
import type { Scenario } from "../model/scenario.ts";
import { Client } from "./client.ts";

const MS = 1_000_000;
const OK = latin1Encode("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi");

/** A client with an io that only notes what it is asked. */
function harness(users: number, maxConnections: number | null = null) {
  const asked: string[] = [];
  const io: IoPort = {
    open: (connection, target) => asked.push(`open ${connection} -> ${target}`),
    send: (connection, bytes) => asked.push(`send ${connection} ${bytes.length}`),
    write: (connection, _bytes, start, end) => asked.push(`write ${connection} ${end - start}`),
    unsent: () => 0,
    close: (connection) => asked.push(`close ${connection}`),
  };
  const scenario = {
    usersMax: users,
    targets: [{ host: "127.0.0.1", tls: null, maxConnections, connectionTimeoutNs: 1_000 * MS }],
    requests: [{ method: "GET" }],
  } as unknown as Scenario;
  const client = new Client(
    {
      scenario,
      places: Places.fixed(users),
      shard: 0,
      shards: 1,
      requestBytes: [latin1Encode("GET")],
      http2Requests: [undefined],
      dynamic: new Uint8Array(1),
      messages: null,
      inspections: null,
    },
    () => io,
  );
  const events: IoEvents = client;
  const commands = new EntryRing(64);

  /** One turn: returns the inputs that the client reported, then has it carry out `todo`. */
  function turn(nowNs: number, ...todo: [kind: number, user: number, latenessNs?: number][]) {
    client.begin(nowNs);
    const inputs: Record<string, unknown>[] = [];
    while (client.inputs.count > 0) {
      const at = client.inputs.take();
      const { kind, identity, flags, code, a, b, c } = client.inputs;
      inputs.push({
        kind: KIND_NAMES[kind[at]!],
        identity: identity[at],
        flags: flags[at],
        code: code[at],
        a: a[at],
        b: b[at],
        c: c[at],
      });
    }
    for (const [kind, user, latenessNs = 0] of todo) {
      client.perform(commands, commands.push(kind, user, 0, 0, 0, latenessNs), nowNs);
      commands.take();
    }
    return inputs;
  }
  return { client, events, turn, asked: () => asked.splice(0) };
}

test("Client opens, sends a turn later, and reports waiting, first byte and bytes", () => {
  const { events, turn, asked } = harness(1);
  turn(100, [KIND.request_issued, 0, 40]);
  expect(asked()).toEqual(["open 0 -> 0"]);
  events.opened(0, 7, 0, "", false);
  expect(turn(200)).toMatchObject([{ kind: "connection_opened", identity: 0, b: 7, c: 0 }]);
  expect(asked()).toEqual(["send 0 3"]);
  events.received(0, OK, 0, 10);
  turn(250);
  events.received(0, OK, 10, OK.length);
  expect(turn(300)).toMatchObject([
    { kind: "response_received", identity: 0, flags: 0, code: 200, a: OK.length, b: 140, c: 50 },
  ]);
});

test("Client reuses the user's connection, and the answer's first byte is this turn's when it comes whole", () => {
  const { events, turn, asked } = harness(1);
  turn(1, [KIND.request_issued, 0]);
  events.opened(0, 1, 0, "", false);
  turn(2);
  events.received(0, OK, 0, OK.length);
  turn(3, [KIND.request_issued, 0]);
  asked();
  events.received(0, OK, 0, OK.length);
  expect(turn(9)).toMatchObject([{ kind: "response_received", flags: RESPONSE_REUSED, b: 0, c: 6 }]);
  expect(asked()).toEqual([]);
});

test("Client closes the connection of a request that timed out, so that a late answer meets nobody", () => {
  const { events, turn, asked } = harness(1);
  turn(1, [KIND.request_issued, 0]);
  events.opened(0, 1, 0, "", false);
  turn(2);
  asked();
  turn(50, [KIND.request_timed_out, 0], [KIND.request_issued, 0]);
  expect(asked()).toEqual(["close 0", "open 0 -> 0"]);
  expect(turn(51)).toMatchObject([{ kind: "connection_closed", code: CLOSE_CODES.cancelled, a: 0 }]);
});

test("Client ends a connection attempt that takes too long", () => {
  const { client, turn, asked } = harness(1);
  turn(0, [KIND.request_issued, 0]);
  expect(client.wakeAtNs()).toBe(1_000 * MS);
  expect(turn(1_000 * MS)).toMatchObject([
    { kind: "connection_failed", code: FAILURE_CODES.connection_timeout, c: 1_000 * MS },
    { kind: "request_failed", code: FAILURE_CODES.connection_timeout, flags: 0 },
  ]);
  expect(asked()).toEqual(["open 0 -> 0", "close 0"]);
  expect(client.wakeAtNs()).toBe(NEVER);
});

test("Client fails the request when the connection is lost before it was sent", () => {
  const { events, turn, asked } = harness(1);
  turn(0, [KIND.request_issued, 0]);
  events.opened(0, 1, 0, "", false);
  events.ended(0);
  expect(turn(5).map(({ kind, flags }) => [kind, flags])).toEqual([
    ["connection_opened", 1],
    ["request_failed", 0],
    ["connection_closed", 0],
  ]);
  expect(asked()).toEqual(["open 0 -> 0", "close 0"]);
});

test("Client reports garbage, and bytes behind an answer, without using the connection again", () => {
  const { events, turn, asked } = harness(2);
  turn(0, [KIND.request_issued, 0], [KIND.request_issued, 1]);
  events.opened(0, 1, 0, "", false);
  events.opened(1, 1, 0, "", false);
  turn(1);
  const garbage = latin1Encode("SSH-2.0-x\r\n");
  const twice = new Uint8Array([...OK, ...OK]);
  events.received(0, garbage, 0, garbage.length);
  events.received(1, twice, 0, twice.length);
  expect(turn(2)).toMatchObject([
    { kind: "request_failed", identity: 0, code: FAILURE_CODES.invalid_response, flags: FAILED_SENT },
    { kind: "connection_closed", identity: 0, code: CLOSE_CODES.failure },
    { kind: "response_received", identity: 1, code: 200 },
    { kind: "connection_closed", identity: 1, code: CLOSE_CODES.unsolicited },
  ]);
  expect(asked().filter((call) => call.startsWith("close"))).toEqual(["close 0", "close 1"]);
});

test("Client notices that an idle connection was closed and opens another", () => {
  const { events, turn, asked } = harness(1);
  turn(0, [KIND.request_issued, 0]);
  events.opened(0, 1, 0, "", false);
  turn(1);
  events.received(0, OK, 0, OK.length);
  turn(2);
  events.ended(0);
  asked();
  expect(turn(3, [KIND.request_issued, 0])).toMatchObject([
    { kind: "connection_closed", code: CLOSE_CODES.peer, a: 1 },
  ]);
  expect(asked()).toEqual(["open 0 -> 0"]);
});

test("Client shares a bounded pool: first come, first served, never more than the bound", () => {
  const { client, events, turn, asked } = harness(4, 2);
  turn(0, ...[0, 1, 2, 3].map((user): [number, number] => [KIND.request_issued, user]));
  expect(asked()).toEqual(["open 0 -> 0", "open 1 -> 0"]);
  events.opened(0, 1, 0, "", false);
  events.opened(1, 1, 0, "", false);
  turn(1);
  asked();
  turn(2, [KIND.request_timed_out, 2]);
  events.received(1, OK, 0, OK.length);
  expect(client.wakeAtNs()).toBe(0);
  turn(3);
  expect(asked()).toEqual(["send 1 3"]);
  events.received(1, OK, 0, OK.length);
  expect(turn(4)).toMatchObject([{ kind: "response_received", identity: 3, b: 3 }]);
});

test("Client closes what a retired user kept, and everything at the shutdown", () => {
  const { client, events, turn, asked } = harness(2);
  turn(0, [KIND.request_issued, 0], [KIND.request_issued, 1]);
  events.opened(0, 1, 0, "", false);
  events.opened(1, 1, 0, "", false);
  turn(1);
  events.received(0, OK, 0, OK.length);
  events.received(1, OK, 0, OK.length);
  turn(2, [KIND.user_retired, 0]);
  client.shutdown();
  expect(asked().slice(-2)).toEqual(["close 0", "close 1"]);
  expect(turn(3).map(({ code }) => code)).toEqual([CLOSE_CODES.retired, CLOSE_CODES.retired]);
});
