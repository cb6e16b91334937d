/** Every flaw, against the client's own session: it must make of it what the flaw says, however the bytes are split. */
import { expect, test } from "vitest";
import { CONTINUATIONS_MAX } from "../../base/limits.ts";
import { type FailureKind, failureKind } from "../../model/failure.ts";
import { AnswerWriter } from "../../protocol/http2/answer-writer.ts";
import { Http2ClientSession } from "../../protocol/http2/client-session.ts";
import { encodeFrame } from "../../protocol/http2/encode-frame.ts";
import { FRAME_SETTINGS } from "../../protocol/http2/frame.ts";
import { FrameWriter } from "../../protocol/http2/frame-writer.ts";
import { PeerSettings } from "../../protocol/http2/peer-settings.ts";
import { http2Request } from "../../protocol/http2/request.ts";
import { ServerStreams } from "../../protocol/http2/server-stream.ts";
import { Dice } from "../dice.ts";
import { drawAnswer } from "./answer.ts";
import { drawConnectionFlaw, drawForeignBytes, drawStreamFlaw, endlessBlock, type FlawedBytes } from "./flaws.ts";
import { PeerFrames } from "./peer-frames.ts";

const DRAWS = 400;
const SETTINGS = encodeFrame(FRAME_SETTINGS, 0, 0, new Uint8Array(0));

/** What a client with streams 1 and 3 makes of the flaw, in pieces of `pieceBytes`. */
function conclusion({ bytes }: FlawedBytes, pieceBytes: number, method: "GET" | "HEAD", hasSettings = true) {
  const failed: string[] = [];
  const request = http2Request({ method, host: "h", path: "/", headers: [], body: null }, false);
  const session = new Http2ClientSession(0, 10, {
    began: () => {},
    answered: () => failed.push("answered"),
    streamFailed: (_connection, tag, failure) => failed.push(`${tag} ${failureKind(failure)}`),
    returned: () => failed.push("returned"),
  });
  if (hasSettings) {
    session.feed(SETTINGS, 0, SETTINGS.length);
    for (const tag of [1, 3]) session.open(tag, 0, request);
  }
  for (let at = 0; at < bytes.length; at += pieceBytes) {
    const piece = bytes.slice(at, at + pieceBytes);
    session.feed(piece, 0, piece.length);
  }
  return { failed, lost: failureKind(session.failure) };
}

/** Whole, and in pieces of three lengths. */
function expectConclusion(flawed: FlawedBytes, method: "GET" | "HEAD", expected: object, hasSettings = true): void {
  for (const pieceBytes of [flawed.bytes.length, 1, 7, 20]) {
    expect(conclusion(flawed, pieceBytes, method, hasSettings)).toEqual(expected);
  }
}

const kindOf = ({ flaw }: FlawedBytes): FailureKind => failureKind(flaw.failure)!;

test.each(["GET", "HEAD"] as const)("a flawed answer to %s fails its stream, and nothing else", (method) => {
  const kinds = new Set<string>();
  for (let draw = 0; draw < DRAWS; draw++) {
    const flawed = drawStreamFlaw(new Dice(String(draw), 0), 3, method === "HEAD");
    kinds.add(kindOf(flawed));
    expectConclusion(flawed, method, { failed: [`3 ${kindOf(flawed)}`], lost: undefined });
  }
  expect(kinds.size).toBe(3);
});

test("a flawed connection is lost, with and without streams to speak of", () => {
  for (let draw = 0; draw < DRAWS; draw++) {
    for (const lastStream of [0, 1, 3]) {
      const flawed = drawConnectionFlaw(new Dice(String(draw), 0), lastStream);
      // On the way a stream may fail for itself, which is the same to whoever waits for it.
      const failed = conclusion(flawed, flawed.bytes.length, "GET").failed;
      expect(failed.filter((line) => !line.endsWith(` ${kindOf(flawed)}`))).toEqual([]);
      expectConclusion(flawed, "GET", { failed, lost: kindOf(flawed) });
    }
  }
  expectConclusion(endlessBlock(3), "GET", { failed: [], lost: "header_too_large" });
});

test("a server that does not speak HTTP/2 is none", () => {
  for (let draw = 0; draw < 20; draw++) {
    const flawed = drawForeignBytes(new Dice(String(draw), 0));
    expectConclusion(flawed, "GET", { failed: [], lost: "invalid_response" }, false);
  }
});

test("drawAnswer lays out no header block in more frames than a client takes, and every length is true", () => {
  for (let draw = 0; draw < DRAWS; draw++) {
    const { answer } = drawAnswer(new Dice(String(draw), 0), false, { bodyBytesMax: 3_000, givesPerMille: 500 });
    const out = new FrameWriter();
    const writer = new AnswerWriter(out, new ServerStreams(), new PeerSettings(), () => {});
    writer.respond(
      {
        stream: 1,
        method: "GET",
        path: "/",
        toHead: false,
        fields: [],
        contentBytes: 0,
        ended: true,
        contentLength: -1,
        receiveWindow: 0,
        sendWindow: 1e6,
        isAnswering: false,
        isAnswered: false,
        pending: null,
      },
      answer,
    );
    const steps = new PeerFrames().read(out.bytes.slice(0, out.length));
    const fragments = steps.filter((step) => step.kind === "block" && !step.isWhole);
    expect(fragments.length).toBeLessThanOrEqual(CONTINUATIONS_MAX);
    const length = answer.fields.find(({ name }) => name === "content-length")?.value;
    if (length !== undefined && answer.status !== 304) expect(Number(length)).toBe(answer.body.length);
  }
});
