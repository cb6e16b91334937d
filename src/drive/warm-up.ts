/**
 * The generator's own cold start must not be measured as the server's latency: until V8 has compiled the hot path,
 * a request costs several times what it costs afterwards. So before moment 0 a shard exercises its own code, with a
 * scenario of the same shape and a world that answers at once, and the supervisor records blocks like those of such a shard.
 * No socket is opened and no file written.
 */
import { BLOCK_BYTES } from "../base/limits.ts";
import { NS_PER_MS, NS_PER_SECOND, NS_PER_US } from "../base/units.ts";
import { Client } from "../client/client.ts";
import { Engine } from "../engine/engine.ts";
import { placesFor } from "../engine/places-for.ts";
import { BlockWriter } from "../ledger/block-writer.ts";
import { KIND, RESPONSE_REUSED } from "../model/entry.ts";
import type { Manifest } from "../model/manifest.ts";
import type { IoEvents, IoPort } from "../model/ports.ts";
import { messagesFor } from "./messages-for.ts";
import { Recording } from "./recording.ts";
import type { RunPlan } from "./run-plan.ts";
import { Turn } from "./turn.ts";
import { warmUpScenario } from "./warm-up-scenario.ts";
import { HTTP1_ANSWER, http2Answers } from "./warm-up-server.ts";

/**
 * Turns of each round. Every round has an engine, a client and connections of its own, so that what happens once for
 * each of them has been seen when code is compiled. Round n begins at second n: from 2^31 ns on V8 keeps a time in
 * another form.
 */
const ROUNDS = [10, 10, 10, 100, 100, 100];
const TURN_NS = NS_PER_MS;
/** What the supervisor counts: some seconds, so that windows close. */
const RECORDED_TURNS = 300;
const RECORDED_TURN_NS = 10 * NS_PER_MS;
const USERS_MAX = 128;
const BODY_BYTES_MAX = 256;

interface Answer {
  readonly connection: number;
  readonly bytes: Uint8Array;
}

/** Exercises what the supervisor does with blocks, while its shards are getting ready. */
export function warmUpRecording(manifest: Manifest, plan: RunPlan): void {
  detachOnce();
  const nowhere = { append: () => {} };
  const recording = new Recording(nowhere, manifest, plan.scenario, () => {});
  const block = new ArrayBuffer(BLOCK_BYTES);
  const writer = new BlockWriter(
    0,
    () => block,
    (_, bytes) => recording.add(new Uint8Array(block, 0, bytes)),
  );
  const users = Math.min(USERS_MAX, plan.scenario.usersMax);
  for (let turn = 1; turn <= RECORDED_TURNS; turn++) {
    const nowNs = turn * RECORDED_TURN_NS;
    for (let user = 0; user < users; user++) {
      const ttfbNs = user * NS_PER_US;
      if (turn > 1) writer.writeEntry(nowNs, KIND.response_received, user, RESPONSE_REUSED, 200, 100, 0, ttfbNs);
      writer.writeEntry(nowNs, KIND.request_issued, user, 0, 0, 0xdead_beef, user, 100);
    }
  }
  recording.close();
}

/** Runs the plan's own code against answers from memory. */
export function warmUpShard(plan: RunPlan): void {
  detachOnce();
  for (const [round, turns] of ROUNDS.entries()) runTurns(plan, round * NS_PER_SECOND, turns);
}

/**
 * V8 compiles for a thread in which no ArrayBuffer has ever been detached, and throws all that code away when the first
 * one is. Blocks are detached when they go from thread to thread; so one goes before anything is compiled.
 */
function detachOnce(): void {
  const block = new ArrayBuffer(1);
  structuredClone(block, { transfer: [block] });
}

function runTurns(plan: RunPlan, startNs: number, turns: number): void {
  const users = Math.min(USERS_MAX, plan.scenario.usersMax);
  const scenario = warmUpScenario(plan.scenario, users, startNs, TURN_NS);
  const speaksHttp2 = scenario.targets.some(({ httpVersion }) => httpVersion !== "http1.1");
  const opening: number[] = [];
  const answering: Answer[] = [];
  const io: IoPort = {
    open: (connection) => opening.push(connection),
    send: (connection) => answering.push({ connection, bytes: HTTP1_ANSWER }),
    write: (connection, bytes, start, end) =>
      answering.push({ connection, bytes: speaksHttp2 ? http2Answers(bytes, start, end) : HTTP1_ANSWER }),
    unsent: () => 0,
    close: () => {},
  };
  // A server's windows do not close in a warm-up, so that a body in full would be copied in full each time.
  const http2Requests = plan.http2Requests.map((request) =>
    request?.body ? { ...request, body: request.body.subarray(0, BODY_BYTES_MAX) } : request,
  );
  const share = { seed: "0", shard: 0, shards: 1 };
  const messages = messagesFor({ scenario, rendered: plan.rendered }, { ...share, sends: true });
  const engine = new Engine({ scenario, ...share, rendered: plan.rendered, messages });
  const { dynamic } = plan.rendered;
  const places = placesFor(scenario, 0, 1);
  const client: Client & IoEvents = new Client(
    { ...plan, http2Requests, scenario, ...share, places, dynamic, messages, inspections: null },
    () => io,
  );
  const block = new ArrayBuffer(BLOCK_BYTES);
  const writer = new BlockWriter(
    0,
    () => block,
    () => {},
  );
  const turn = new Turn(engine, client, writer);
  for (let i = 0; i < turns; i++) {
    turn.run(startNs + i * TURN_NS);
    for (const connection of opening.splice(0)) client.opened(connection, 0, 0, speaksHttp2 ? "h2" : "", false);
    for (const { connection, bytes } of answering.splice(0)) client.received(connection, bytes, 0, bytes.length);
  }
}
