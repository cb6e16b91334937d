/**
 * The generator's own cold start must not be measured as the server's latency: until V8 has compiled the hot path,
 * a request costs several times what it costs afterwards. So before moment 0 a shard exercises its own code, with a
 * scenario of the same shape and a world that answers at once, and the supervisor records what such a shard hands over.
 * No socket is opened and no file written.
 */
import { BLOCK_BYTES } from "../base/limits.ts";
import { Places } from "../base/places.ts";
import { NS_PER_MS, NS_PER_SECOND } from "../base/units.ts";
import { Client } from "../client/client.ts";
import { Engine } from "../engine/engine.ts";
import { BlockWriter } from "../ledger/block-writer.ts";
import type { Manifest } from "../model/manifest.ts";
import type { IoEvents, IoPort } from "../model/ports.ts";
import type { Scenario } from "../model/scenario.ts";
import { Recording } from "./recording.ts";
import type { RunPlan } from "./run-plan.ts";
import { Turn } from "./turn.ts";
import { HTTP1_ANSWER, http2Answers } from "./warm-up-server.ts";

/** Enough for the optimising compiler, some tens of milliseconds. */
const TURNS = 600;
const USERS_MAX = 32;
const TURN_NS = NS_PER_MS;
const BODY_BYTES_MAX = 256;

interface Answer {
  readonly connection: number;
  readonly bytes: Uint8Array;
}

/** Exercises what the supervisor does with blocks, while its shards are getting ready. */
export function warmUpRecording(manifest: Manifest, plan: RunPlan): void {
  const nowhere = { append: () => {} };
  const recording = new Recording(nowhere, manifest, plan.scenario, () => {});
  warmUpShard(plan, (block, bytes) => recording.add(new Uint8Array(block, 0, bytes)));
}

/**
 * Runs the plan's own code TURNS turns long against answers from memory.
 * @param submit takes the blocks as a supervisor would.
 */
export function warmUpShard(plan: RunPlan, submit: (block: ArrayBuffer, bytes: number) => void = () => {}): void {
  const users = Math.min(USERS_MAX, plan.scenario.usersMax);
  const scenario: Scenario = {
    ...plan.scenario,
    usersMax: users,
    identities: users,
    iterations: null,
    durationNs: NS_PER_SECOND * 3600,
    flows: plan.scenario.flows.map((flow) => ({
      ...flow,
      thinkTime: { minNs: 0, maxNs: Math.min(flow.thinkTime.maxNs, TURN_NS) },
    })),
    groups: [
      {
        name: "",
        flows: plan.scenario.flows.map((_, index) => index),
        schedule: {
          type: "constant",
          phases: [{ startNs: 0, durationNs: NS_PER_SECOND * 3600, fromUsers: users, toUsers: users }],
        },
        firstIdentity: 0,
        identities: users,
      },
    ],
  };
  const speaksHttp2 = scenario.targets.some(({ httpVersion }) => httpVersion !== "http1.1");
  const opening: number[] = [];
  const answering: Answer[] = [];
  const io: IoPort = {
    open: (connection) => opening.push(connection),
    send: (connection) => answering.push({ connection, bytes: HTTP1_ANSWER }),
    write: (connection, bytes, start, end) => answering.push({ connection, bytes: http2Answers(bytes, start, end) }),
    unsent: () => 0,
    close: () => {},
  };
  // A server's windows do not close in a warm-up, so that a body in full would be copied in full each time.
  const http2Requests = plan.http2Requests.map((request) =>
    request === undefined ? undefined : { ...request, body: request.body?.subarray(0, BODY_BYTES_MAX) ?? null },
  );
  const engine = new Engine({ scenario, seed: "0", shard: 0, shards: 1, rendered: plan.rendered, messages: null });
  const client: Client & IoEvents = new Client(
    { ...plan, http2Requests, scenario, places: Places.fixed(users), shard: 0, shards: 1 },
    () => io,
  );
  const block = new ArrayBuffer(BLOCK_BYTES);
  const writer = new BlockWriter(0, () => block, submit);
  const turn = new Turn(engine, client, writer);
  for (let i = 0; i < TURNS; i++) {
    turn.run(i * TURN_NS);
    for (const connection of opening.splice(0)) client.opened(connection, 0, 0, speaksHttp2 ? "h2" : "", false);
    for (const { connection, bytes } of answering.splice(0)) client.received(connection, bytes, 0, bytes.length);
  }
}
