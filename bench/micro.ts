/**
 * The user-space cost of one request, part by part, without a socket: ns for each operation, and a hash of what was
 * computed, so that a faster figure that computes something else is seen. `npm run bench:micro`
 */
import { latin1Encode } from "../src/base/bytes.ts";
import { EntryRing } from "../src/base/entry-ring.ts";
import { BLOCK_BYTES } from "../src/base/limits.ts";
import { Places } from "../src/base/places.ts";
import { Client } from "../src/client/client.ts";
import { planFor, type RunPlan } from "../src/drive/run-plan.ts";
import { Turn } from "../src/drive/turn.ts";
import { http2Answers } from "../src/drive/warm-up-server.ts";
import { Engine } from "../src/engine/engine.ts";
import { sha256 } from "../src/io/system.ts";
import { BlockDecoder } from "../src/ledger/block-decoder.ts";
import { BlockWriter } from "../src/ledger/block-writer.ts";
import { Chain } from "../src/ledger/chain.ts";
import { Fold } from "../src/metrics/fold.ts";
import { KIND } from "../src/model/entry.ts";
import type { IoPort } from "../src/model/ports.ts";
import type { Scenario } from "../src/model/scenario.ts";
import { HeadMemo } from "../src/protocol/http1/head-memo.ts";
import { Http1ResponseParser } from "../src/protocol/http1/response-parser.ts";
import { UserMessages } from "../src/render/user-messages.ts";
import { loadScenario } from "../src/scenario/load.ts";

const USERS = 64;

export interface MicroResult {
  readonly name: string;
  readonly nsPerOperation: number;
  /** Of what was computed; the same for every run of the same number of operations. */
  readonly hash: string;
}

const ANSWER = latin1Encode(
  "HTTP/1.1 200 OK\r\nServer: nginx/1.22.1\r\nDate: Sun, 22 Nov 2026 14:46:00 GMT\r\nContent-Type: text/plain\r\n" +
    "Content-Length: 12\r\nConnection: keep-alive\r\n\r\nhello world\n",
);

const HTTP2 = 'http_version = "http2"\nmax_connections = 2\n';

/** @param target keys of the target besides its URL. */
function plan(target: string): RunPlan {
  const text = `[runtime]\nduration_seconds = 86400\nvus = ${USERS}\nprng_seed = 1\n[target]\nbase_url = "http://127.0.0.1"\n${target}[[requests]]\nname = "root"\npath = "/"\n`;
  return planFor(scenarioOf(text));
}

function scenarioOf(text: string): Scenario {
  const loaded = loadScenario(text, { path: "micro.toml", readFile: () => "no files here" });
  if ("problems" in loaded) throw new Error(loaded.problems[0]!.message);
  return loaded.scenario;
}

function timed(name: string, operations: number, work: (operations: number) => string): MicroResult {
  work(Math.ceil(operations / 10));
  const startedAtMs = performance.now();
  const hash = work(operations);
  return { name, nsPerOperation: ((performance.now() - startedAtMs) * 1e6) / operations, hash };
}

function parseResponses(memo: HeadMemo | null): (operations: number) => string {
  return (operations) => {
    const parser = new Http1ResponseParser();
    let sum = 0;
    for (let i = 0; i < operations; i++) {
      parser.begin(false, memo);
      parser.feed(ANSWER, 0, ANSWER.length);
      sum = (sum + parser.status + parser.totalBytes) % 0x7fffffff;
    }
    return String(sum);
  };
}

/** Engine, client, codec and ledger writer, as a shard has them, with answers from memory; one turn for USERS answers. */
function wholeTurns(target: string, operations: number): string {
  const shared = plan(target);
  const answering: { readonly connection: number; readonly bytes: Uint8Array }[] = [];
  const opening: number[] = [];
  const io: IoPort = {
    open: (connection) => opening.push(connection),
    send: (connection) => answering.push({ connection, bytes: ANSWER }),
    write: (connection, bytes, start, end) => answering.push({ connection, bytes: http2Answers(bytes, start, end) }),
    unsent: () => 0,
    close: () => {},
  };
  const engine = new Engine({ ...shared, seed: "1", shard: 0, shards: 1, messages: null });
  const client = new Client(
    {
      ...shared,
      messages: null,
      inspections: null,
      dynamic: shared.rendered.dynamic,
      places: Places.fixed(USERS),
      shard: 0,
      shards: 1,
    },
    () => io,
  );
  const block = new ArrayBuffer(BLOCK_BYTES);
  let hash = 0;
  const writer = new BlockWriter(
    0,
    () => block,
    (_, bytes) => {
      hash = (Math.imul(hash, 31) + bytes) >>> 0;
    },
  );
  const turn = new Turn(engine, client, writer);
  const turns = Math.ceil(operations / USERS);
  for (let i = 0; i < turns; i++) {
    turn.run(i * 1000);
    for (const connection of opening.splice(0)) client.opened(connection, 0, 0, "", false);
    for (const { connection, bytes } of answering.splice(0)) client.received(connection, bytes, 0, bytes.length);
  }
  return String(hash);
}

/** What a request with values in it costs more than one without: it is written and hashed for each sending. */
function renderRequests(operations: number): string {
  const text = `[runtime]\nduration_seconds = 1\nvus = ${USERS}\n[target]\nbase_url = "http://127.0.0.1"\n[[requests]]\nname = "order"\nmethod = "POST"\npath = "/users/{{user}}/orders"\nheaders = { "Content-Type" = "application/json", "X-Request-Id" = "{{uuid}}" }\nbody = '{"article": {{int(1, 1000)}}, "amount": 10, "note": "left at the door"}'\n`;
  const messages = new UserMessages({ scenario: scenarioOf(text), seed: "1", places: USERS, sends: true });
  let hash = 0;
  for (let i = 0; i < operations; i++) {
    messages.render(i % USERS, i % USERS, Math.floor(i / USERS), 0, 0, 0);
    hash = (hash + messages.hash) % 0x7fffffff;
  }
  return String(hash);
}

/** The supervisor's part: seal, decode and fold blocks that are full of answered requests. */
function recordBlocks(operations: number): string {
  const blocks: Uint8Array[] = [];
  const writer = new BlockWriter(
    0,
    () => new ArrayBuffer(BLOCK_BYTES),
    (block, bytes) => blocks.push(new Uint8Array(block, 0, bytes)),
  );
  const ring = new EntryRing(4);
  for (let i = 0; i < operations; i++) {
    const user = i % USERS;
    writer.write(i * 10_000, ring, ring.push(KIND.request_issued, user, 0, 0, 1, 0, 70));
    ring.take();
    const at = ring.push(KIND.response_received, user, 1, 200, 160, 0, 400 + (i % 977));
    writer.write(i * 10_000 + 9_000, ring, at);
    ring.take();
  }
  writer.flush();
  const chain = new Chain(sha256);
  const decoder = new BlockDecoder();
  const fold = new Fold({
    usersMax: USERS,
    identities: USERS,
    requests: [{ name: "root", method: "GET" }],
    rules: [],
    arrivals: null,
    shardCount: 1,
    plannedEndNs: null,
    windows: () => {},
  });
  for (const block of blocks) {
    chain.seal(block);
    decoder.decode(block, (entry, shard) => fold.add(entry, shard));
  }
  return `${chain.fingerprint.slice(0, 16)} ${fold.close().totals.latency.percentile(99)}`;
}

/** All parts, each over `operations` requests. */
export function microBenchmarks(operations: number): MicroResult[] {
  return [
    timed("response, head parsed in full", operations, parseResponses(null)),
    timed("response, head recognised", operations, parseResponses(new HeadMemo())),
    timed("request with three values, rendered", operations, renderRequests),
    timed("shard: engine, client, codec, ledger entry", operations, (count) => wholeTurns("", count)),
    timed("shard over HTTP/2, with a server's frames", operations, (count) => wholeTurns(HTTP2, count)),
    timed("supervisor: write, seal, decode, fold", operations, recordBlocks),
  ];
}
