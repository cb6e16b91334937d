import { expect, test } from "vitest";
import { scenario } from "../../test/support/engine-play.ts";
import { EntryRing } from "../base/entry-ring.ts";
import { Places } from "../base/places.ts";
import { NEVER } from "../base/units.ts";
import { CLOSE_CODES, KIND, KIND_NAMES, RESPONSE_REUSED } from "../model/entry.ts";
import { loadModel } from "../scenario/load-model.ts";
import { SimulatedAnswers } from "./simulated-answers.ts";
import { SimulatedWorld } from "./simulated-world.ts";

const MS = 1e6;

interface Input {
  readonly kind: string;
  readonly user: number;
  readonly flags: number;
  readonly code: number;
  readonly b: number;
  readonly c: number;
}

/** A world of fixed 10 ms services, and short words to drive it. */
function worldOf(text: string, roundTripNs = 0) {
  const loaded = loadModel(`[service_time]\nduration_ms = 10\n${text}`);
  if ("problems" in loaded) throw new Error(loaded.problems[0]!.message);
  const world = new SimulatedWorld(
    { ...loaded.model, roundTripNs },
    "1",
    Places.fixed(4),
    new SimulatedAnswers(scenario({}), () => new Uint8Array(32)),
  );
  const commands = new EntryRing(16);
  const command = (kind: number, user: number, nowNs: number, latenessNs = 0): void => {
    commands.push(kind, user, 0, 0, 0, latenessNs, 100);
    world.perform(commands, commands.take(), nowNs);
  };
  const drain = (): Input[] => {
    const found: Input[] = [];
    while (world.inputs.count > 0) {
      const at = world.inputs.take();
      const { inputs } = world;
      found.push({
        kind: KIND_NAMES[inputs.kind[at]!]!,
        user: inputs.identity[at]!,
        flags: inputs.flags[at]!,
        code: inputs.code[at]!,
        b: inputs.b[at]!,
        c: inputs.c[at]!,
      });
    }
    return found;
  };
  const turn = (nowNs: number): Input[] => {
    world.begin(nowNs);
    return drain();
  };
  return { world, command, turn, drain };
}

test("an answer comes when it is due, and not before", () => {
  const { world, command, turn } = worldOf("");
  command(KIND.request_issued, 2, 5 * MS, 3);
  expect(world.wakeAtNs()).toBe(15 * MS);
  expect(turn(15 * MS - 1)).toMatchObject([{ kind: "connection_opened", user: 2 }]);
  expect(turn(15 * MS)).toEqual([{ kind: "response_received", user: 2, flags: 0, code: 200, b: 3, c: 10 * MS }]);
  expect(world.wakeAtNs()).toBe(NEVER);
  command(KIND.request_issued, 2, 20 * MS);
  expect(turn(30 * MS)).toMatchObject([{ kind: "response_received", flags: RESPONSE_REUSED }]);
});

test("half of the round trip is before the server, half behind it", () => {
  const { world, command, turn } = worldOf("[server]\nworkers = 1\n", 3 * MS);
  command(KIND.request_issued, 0, 0);
  command(KIND.request_issued, 1, 1 * MS);
  expect(world.wakeAtNs()).toBe(13 * MS);
  turn(13 * MS);
  expect(world.wakeAtNs()).toBe(23 * MS);
});

test("a request that timed out is not answered, and keeps its worker busy", () => {
  const { world, command, turn, drain } = worldOf("[server]\nworkers = 1\n");
  command(KIND.request_issued, 0, 0);
  drain();
  command(KIND.request_timed_out, 0, 4 * MS);
  expect(drain()).toMatchObject([{ kind: "connection_closed", user: 0, code: CLOSE_CODES.cancelled }]);
  expect(world.wakeAtNs()).toBe(NEVER);
  command(KIND.request_issued, 0, 5 * MS);
  expect(turn(10 * MS)).toMatchObject([{ kind: "connection_opened" }]);
  expect(world.wakeAtNs()).toBe(20 * MS);
  expect(turn(20 * MS)).toMatchObject([{ kind: "response_received", c: 15 * MS }]);
});

test("a dropped connection fails the request and is closed", () => {
  const { command, turn, drain } = worldOf("[faults]\ndrop_ratio = 1\n");
  command(KIND.request_issued, 0, 0);
  drain();
  expect(turn(10 * MS)).toMatchObject([
    { kind: "request_failed", user: 0 },
    { kind: "connection_closed", user: 0, code: CLOSE_CODES.failure },
  ]);
});

test("a stall holds up what is under way and what arrives, and what would have ended as it began", () => {
  const stall = "[[stalls]]\nstart_seconds = 0.02\nduration_seconds = 1\n";
  const { world, command, turn } = worldOf(stall);
  command(KIND.request_issued, 0, 10 * MS);
  expect(world.wakeAtNs()).toBe(1020 * MS);
  command(KIND.request_issued, 1, 15 * MS);
  expect(turn(20 * MS).filter((input) => input.kind === "response_received")).toEqual([]);
  command(KIND.request_issued, 2, 500 * MS);
  expect(turn(1020 * MS)).toMatchObject([{ kind: "connection_opened" }, { kind: "response_received", user: 0 }]);
  expect(world.wakeAtNs()).toBe(1025 * MS);
  expect(turn(1025 * MS)).toMatchObject([{ user: 1, c: 1010 * MS }]);
  expect(turn(1030 * MS)).toMatchObject([{ user: 2, c: 530 * MS }]);
});

test("shutdown closes every connection that is open", () => {
  const { world, command, turn, drain } = worldOf("");
  command(KIND.request_issued, 0, 0);
  command(KIND.request_issued, 3, 0);
  turn(10 * MS);
  command(KIND.user_retired, 0, 10 * MS);
  expect(drain()).toMatchObject([{ kind: "connection_closed", user: 0, code: CLOSE_CODES.retired }]);
  world.shutdown();
  expect(drain()).toMatchObject([{ kind: "connection_closed", user: 3, code: CLOSE_CODES.retired }]);
});
