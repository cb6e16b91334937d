/** The peer behind a byte network, asked by the client's own session: what the network foresees is what is told. */
import { expect, test } from "vitest";
import { NEVER, NS_PER_MS } from "../../base/units.ts";
import { failureKind } from "../../model/failure.ts";
import type { IoEvents } from "../../model/ports.ts";
import { Http2ClientSession } from "../../protocol/http2/client-session.ts";
import { http2Request } from "../../protocol/http2/request.ts";
import { ByteNetwork } from "../byte-network.ts";
import type { ExpectedOutcome } from "../expectation.ts";
import { ANSWER_FAULTS, type FaultPlan, OPENING_FAULTS, STREAM_FAULTS } from "../fault-plan.ts";

function plan(faults: Partial<FaultPlan["perMille"]>, changes: Partial<FaultPlan> = {}): FaultPlan {
  const none = Object.fromEntries([...OPENING_FAULTS, ...ANSWER_FAULTS, ...STREAM_FAULTS].map((fault) => [fault, 0]));
  return {
    perMille: { ...(none as FaultPlan["perMille"]), ...faults },
    delayNsMax: NS_PER_MS,
    serviceNsMax: NS_PER_MS,
    lateNsMax: 10 * NS_PER_MS,
    cutPerMille: 1000,
    unsentPerMille: 0,
    bodyBytesMax: 500,
    givesPerMille: 0,
    healAtNs: 1_000 * NS_PER_MS,
    ...changes,
  };
}

interface Play {
  readonly faults: FaultPlan;
  readonly seed: string;
  readonly requests?: number;
  readonly streamsMax?: number;
  readonly bodyBytes?: number;
  readonly startNs?: number;
}

/** One connection that carries `requests`, a turn after every event. Returns what it told, and what was foreseen. */
function play({ faults, seed, requests = 12, streamsMax = 6, bodyBytes = 300, startNs = 0 }: Play) {
  const told: string[] = [];
  const foreseen: ExpectedOutcome[] = [];
  const post = http2Request(
    { method: "POST", host: "peer", path: "/x", headers: [], body: new Uint8Array(bodyBytes) },
    false,
  );
  let opened = 0;
  const io: { network?: ByteNetwork; session: Http2ClientSession | null } = { session: null };
  const write = (): void => {
    const { out } = io.session!;
    if (out.length > 0) io.network!.write(0, out.bytes, 0, out.length);
    out.clear();
  };
  const close = (): void => {
    if (io.session === null) return;
    write();
    io.session = null;
    io.network!.close(0);
  };
  const lose = (failure: number, errno: number): void => {
    io.session?.abandon(failure, errno);
    close();
  };
  const events: IoEvents = {
    opened: () => {
      io.session = new Http2ClientSession(0, streamsMax, {
        began: () => {},
        answered: (_connection, _tag, status, bytesIn) => told.push(`answered ${status} of ${bytesIn}`),
        streamFailed: (_connection, _tag, failure) => told.push(`failed ${failureKind(failure)}`),
        returned: () => told.push("returned"),
      });
    },
    resolved: () => {},
    received: (_connection, bytes, start, end) => {
      const session = io.session!;
      session.feed(bytes, start, end);
      if (session.failure !== 0) lose(session.failure, session.error);
      else if (session.isLeaving && session.count === 0) close();
    },
    drained: () => told.push("drained"),
    ended: () => lose(5, 0),
    failed: (_connection, failure, errno) => lose(failure, errno),
  };
  const network = new ByteNetwork({ seed, faults, targets: [{ named: false, http2: true }] }, events);
  io.network = network;
  network.advance(startNs);
  network.open(0, 0);
  for (let steps = 0; network.nextNs < NEVER && steps < 20_000; steps++) {
    network.advance(network.nextNs);
    const { session } = io;
    while (session !== null && session.room > 0 && opened < requests) {
      session.open(opened, 0, post);
      opened++;
    }
    session?.pump(1 << 20);
    if (session !== null) write();
    foreseen.push(...network.endTurn());
  }
  const lines = foreseen.flatMap((outcome) => {
    if (outcome.kind === "answered") return `answered ${outcome.status} of ${outcome.bytes}`;
    if (outcome.kind === "failed") return `failed ${failureKind(outcome.failure)}`;
    return outcome.kind === "returned" ? "returned" : [];
  });
  expect([...lines].sort()).toEqual(told.filter((line) => line !== "drained").sort());
  return { told, network, opened, isClosed: io.session === null };
}

const SEEDS = Array.from({ length: 20 }, (_, i) => String(i + 1));
const count = (told: readonly string[], start: string): number => told.filter((line) => line.startsWith(start)).length;

test("Http2Peer answers every request, several at once, whatever its settings and layouts are", () => {
  let most = 0;
  for (const seed of SEEDS) {
    const { told, network } = play({ faults: plan({}), seed, bodyBytes: 9_000 });
    expect(count(told, "answered")).toBe(12);
    expect(network.totals).toMatchObject({ requestsSent: 12, requestsReceived: 12, answersDelivered: 12 });
    most = Math.max(most, new Set(told).size);
  }
  expect(most).toBeGreaterThan(5);
});

test("Http2Peer does the same again for the same seed, and something else for another", () => {
  const faults = plan({ drips: 300, resetsStream: 200, goesAway: 50, pings: 300 });
  expect(play({ faults, seed: "5" }).told).toEqual(play({ faults, seed: "5" }).told);
  expect(play({ faults, seed: "5" }).told).not.toEqual(play({ faults, seed: "6" }).told);
});

test.each([
  ["refusesStream", "failed stream_refused"],
  ["resetsStream", "failed stream_reset"],
  ["resetsStreamMidway", "failed stream_reset"],
  ["malformsAnswer", "failed protocol_violation"],
  ["conflictingLengths", "failed protocol_violation"],
  ["breaksProtocol", "failed protocol_violation"],
  ["sendsUnasked", "failed protocol_violation"],
  ["sendsGarbage", "failed protocol_violation"],
  ["truncates", "failed connection_closed"],
  ["resetsMidway", "failed connection_reset"],
  ["closesUnanswered", "failed connection_"],
  ["neverAnswers", "failed stream_reset"],
  ["goesAway", "returned"],
  ["goesAwayInError", "failed goaway"],
] as const)("Http2Peer with %s: what comes of it is foreseen", (fault, outcome) => {
  let met = 0;
  for (const seed of SEEDS) {
    met += count(play({ faults: plan({ [fault]: 300 }), seed, streamsMax: 12 }).told, outcome);
  }
  expect(met).toBeGreaterThan(0);
});

test.each([
  "answersLate",
  "drips",
  "answersEarly",
  "answersTwice",
  "changesSettings",
  "withholdsWindows",
  "pings",
  "strays",
] as const)("Http2Peer with %s answers every request all the same", (fault) => {
  for (const seed of SEEDS) {
    const { told } = play({ faults: plan({ [fault]: 1000 }), seed, bodyBytes: 20_000 });
    expect(count(told, "answered")).toBe(12);
  }
});

test("Http2Peer has no bad luck after the heal moment", () => {
  const always = Object.fromEntries([...ANSWER_FAULTS, ...STREAM_FAULTS].map((fault) => [fault, 1000]));
  for (const seed of SEEDS) {
    const { told } = play({ faults: plan(always), seed, startNs: 1_000 * NS_PER_MS });
    expect(count(told, "answered")).toBe(12);
  }
});

test("Http2Peer that goes in peace closes the connection once it has answered what it had accepted", () => {
  for (const seed of SEEDS) {
    const { told, opened, isClosed } = play({ faults: plan({ goesAway: 1000 }), seed, streamsMax: 12 });
    expect(isClosed).toBe(true);
    expect(count(told, "answered") + count(told, "returned")).toBe(opened);
  }
});

test("ByteNetwork says when what was written has been taken", () => {
  const { told } = play({ faults: plan({}, { unsentPerMille: 1000 }), seed: "1" });
  expect(count(told, "drained")).toBeGreaterThan(0);
  expect(count(told, "answered")).toBe(12);
});
