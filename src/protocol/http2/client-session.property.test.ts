/**
 * Properties over whole connections: whatever the peer says, honest or not, and however its bytes are split, the session
 * says and sends the same, and each request ends at most once. fast-check prints the seed of a failure.
 */
import fc from "fast-check";
import { expect, test } from "vitest";
import { Conversation, GET, request } from "../../../test/support/http2-conversation.ts";
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
  inWords,
  ping,
  rstStream,
  SETTINGS_ACK,
  settings,
  windowUpdate,
} from "../../../test/support/http2-frames.ts";
import { concatBytes } from "../../base/bytes.ts";
import { FLAG_END_HEADERS, FLAG_END_STREAM, FLAG_PADDED, FRAME_DATA, FRAME_HEADERS } from "./frame.ts";

const REQUESTS = [
  GET,
  request("HEAD"),
  request("POST", { body: new Uint8Array(40_000) }),
  request("POST", { path: "/2", body: "short" }),
];

/** Frames of the peer, given the streams that are open and all that ever were. */
type Speech = (open: readonly number[], all: readonly number[]) => Uint8Array;

type Step =
  | { readonly kind: "hear"; readonly speech: Speech }
  | { readonly kind: "open"; readonly which: number }
  | { readonly kind: "cancel"; readonly which: number };

/** What came of a conversation; what of it may depend on the pieces is left out. */
function converse(steps: readonly Step[], streamsMax: number, sizes: readonly number[] | null) {
  const peer = new Conversation(streamsMax, false);
  const slots = new Map<number, number>();
  const outcomes: string[] = [];
  const sent: string[] = [];
  /** In the order of their tags. */
  const streams: number[] = [];
  const began = new Set<string>();
  let tag = 0;

  function takeOutcomes(): void {
    for (const outcome of peer.outcomes()) {
      const [kind, of] = outcome.split(" ") as [string, string];
      expect(slots.has(Number(of))).toBe(true);
      if (kind === "began") {
        expect(began.has(of)).toBe(false);
        began.add(of);
        continue;
      }
      slots.delete(Number(of));
      outcomes.push(outcome);
    }
    expect(peer.session.count).toBe(slots.size);
  }

  for (const step of steps) {
    if (step.kind === "hear") {
      const bytes = step.speech(
        [...slots.keys()].map((each) => streams[each - 1]!),
        streams,
      );
      for (let at = 0, turn = 0; at < bytes.length; turn++) {
        const size = sizes === null ? bytes.length : sizes[turn % sizes.length]!;
        peer.hear(bytes.subarray(at, at + size));
        at += size;
      }
    } else if (step.kind === "open") {
      const { room } = peer.session;
      expect(room).toBeGreaterThanOrEqual(0);
      if (room > 0) slots.set(++tag, peer.open(REQUESTS[step.which]!, tag));
    } else if (slots.size > 0 && peer.loss === null) {
      const [of, slot] = [...slots][step.which % slots.size]!;
      peer.session.cancel(slot);
      slots.delete(of);
    }
    takeOutcomes();
    for (const frame of peer.frames()) {
      if (frame.type === FRAME_HEADERS) streams.push(frame.stream);
      sent.push(inWords(frame));
    }
  }
  const { loss } = peer;
  const { error, isLeaving } = peer.session;
  peer.session.abandon(1, 0);
  takeOutcomes();
  expect(peer.session.count).toBe(0);
  return { outcomes, sent, loss, error, isLeaving };
}

const status = fc.constantFrom(100, 103, 200, 200, 204, 304, 404);
const bit = fc.boolean();
const length = fc.constantFrom(undefined, undefined, 0, 3, 10);
const content = fc.constantFrom(0, 1, 3, 7, 10, 5_000);

function answerHead(stream: number, code: number, ends: boolean, announced: number | undefined): Uint8Array {
  return head(stream, code, ends, ...(announced === undefined ? [] : ([["content-length", `${announced}`]] as const)));
}

/** A whole answer, at times with a length that is wrong. */
const answer = fc.tuple(content, fc.constantFrom(0, 0, 0, 0, 1)).map(
  ([bytes, off]) =>
    (id: number) =>
      concatBytes([answerHead(id, 200, false, bytes + off), data(id, bytes, true)]),
);
/** A part of an answer, or what else is said on a stream, mostly at the wrong moment. */
const part: fc.Arbitrary<(stream: number) => Uint8Array> = fc.oneof(
  fc.tuple(status, bit, length).map(
    ([code, ends, announced]) =>
      (id: number) =>
        answerHead(id, code, ends, announced),
  ),
  fc.tuple(content, bit).map(
    ([bytes, ends]) =>
      (id: number) =>
        data(id, bytes, ends),
  ),
  fc.tuple(fc.nat(20), bit).map(([padding, ends]) => (id: number) => {
    const payload = Uint8Array.of(padding, 1, 2, 3, ...new Uint8Array(padding));
    return frame(FRAME_DATA, FLAG_PADDED | (ends ? FLAG_END_STREAM : 0), id, payload);
  }),
  fc.constant((id: number) => headers(id, fieldBlock(["x-trailer", "1"]), FLAG_END_STREAM)),
  fc.nat(3).map((cut) => (id: number) => {
    const block = concatBytes([indexedField(8), insertedField("x", "y")]);
    return concatBytes([
      frame(FRAME_HEADERS, FLAG_END_STREAM, id, block.subarray(0, cut)),
      continuation(id, block.subarray(cut), FLAG_END_HEADERS),
    ]);
  }),
  fc.constantFrom(0, 7, 8).map((error) => (id: number) => rstStream(id, error)),
  fc.integer({ min: 1, max: 50_000 }).map((increment) => (id: number) => windowUpdate(id, increment)),
  fc.constant((id: number) => head(id, 200, false, ["X", "upper"])),
);
const ofConnection = fc.constantFrom(
  settings(),
  settings([3, 2]),
  settings([3, 100]),
  settings([4, 10]),
  settings([4, 65_535]),
  settings([1, 0]),
  settings([1, 4_096]),
  settings([5, 20_000]),
  SETTINGS_ACK,
  ping(),
  windowUpdate(0, 30_000),
  frame(0xbe, 1, 1, [1, 2, 3]),
);
const leaving = fc
  .tuple(fc.constantFrom(0, 1, 3, 5, 0x7fff_ffff), fc.constantFrom(0, 0, 1))
  .map(([id, error]) => goaway(id, error));
/** What mostly loses the connection. */
const last = fc.oneof(
  fc
    .tuple(fc.nat(10), fc.nat(255), fc.nat(12), fc.uint8Array({ maxLength: 20 }))
    .map(([type, flags, id, payload]) => frame(type, flags, id, payload)),
  fc.nat(12).map((id) => headers(id, indexedField(99))),
  fc.tuple(fc.nat(12), fc.constantFrom(0, 0x7fff_ffff)).map(([id, by]) => windowUpdate(id, by)),
  fc.uint8Array({ minLength: 1, maxLength: 12 }),
);

const speech: fc.Arbitrary<Speech> = fc.oneof(
  {
    weight: 40,
    arbitrary: fc
      .tuple(fc.oneof(answer, part), fc.nat(20))
      .map(([say, which]) => (open: readonly number[], all: readonly number[]) => {
        const streams = which % 5 === 0 ? all : open;
        return streams.length === 0 ? new Uint8Array(0) : say(streams[which % streams.length]!);
      }),
  },
  { weight: 8, arbitrary: ofConnection.map((bytes) => () => bytes) },
  { weight: 1, arbitrary: last.map((bytes) => () => bytes) },
  { weight: 1, arbitrary: leaving.map((bytes) => () => bytes) },
);
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.array(speech, { minLength: 1, maxLength: 4 }).map((parts) => ({
      kind: "hear" as const,
      speech: (open: readonly number[], all: readonly number[]) => concatBytes(parts.map((say) => say(open, all))),
    })),
  },
  { weight: 3, arbitrary: fc.nat(REQUESTS.length - 1).map((which) => ({ kind: "open" as const, which })) },
  { weight: 1, arbitrary: fc.nat(9).map((which) => ({ kind: "cancel" as const, which })) },
);
const BEGIN: Step = { kind: "hear", speech: () => settings() };
const steps = fc.array(step, { minLength: 5, maxLength: 50, size: "max" }).map((rest) => [BEGIN, ...rest]);
const sizes = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 10 });

test("Http2ClientSession says and sends the same, whatever the peer says and however its bytes are split", () => {
  const seen = { answered: 0, failed: 0, returned: 0, lost: 0, whole: 0 };
  fc.assert(
    fc.property(steps, sizes, fc.integer({ min: 1, max: 5 }), (steps, reads, streamsMax) => {
      const whole = converse(steps, streamsMax, null);
      expect(converse(steps, streamsMax, reads)).toEqual(whole);
      expect(converse(steps, streamsMax, [1])).toEqual(whole);
      for (const outcome of whole.outcomes) seen[outcome.split(" ")[0] as "answered" | "failed" | "returned"]++;
      seen[whole.loss === null ? "whole" : "lost"]++;
    }),
    { numRuns: 400 },
  );
  // Enough of everything, so that the property says something.
  expect(seen.answered).toBeGreaterThan(300);
  expect(seen.failed).toBeGreaterThan(500);
  expect(seen.returned).toBeGreaterThan(5);
  expect(seen.lost).toBeGreaterThan(50);
  expect(seen.whole).toBeGreaterThan(50);
});
