/**
 * What a peer of HTTP/1.1 puts on the wire, with what a correct client must make of it. Bytes come from the server role of the
 * codec; the broken ones are written by hand, because no encoder of ours would.
 */
import { concatBytes, latin1Encode } from "../../base/bytes.ts";
import { INTERIM_RESPONSES_MAX } from "../../base/limits.ts";
import type { Header } from "../../model/scenario.ts";
import { encodeResponse } from "../../protocol/http1/response-encoder.ts";
import type { Dice } from "../dice.ts";
import type { FaultPlan } from "../fault-plan.ts";
import { drawGift, type Gift, giftContent, giftFields, NO_GIFT } from "../gift.ts";

export interface Message {
  readonly bytes: Uint8Array;
  /** Status of the answer that the bytes are; 0 when no client may take them for a complete answer. */
  readonly status: number;
  /** Only the end of the connection ends it. */
  readonly endsAtClose: boolean;
  /** The connection may carry another request afterwards. */
  readonly keepAlive: boolean;
  readonly gift: Gift;
}

const STATUSES = [200, 200, 200, 200, 201, 204, 304, 404, 500, 503];
const FRAMINGS = ["length", "length", "chunked", "chunked", "close"] as const;
const MINOR_VERSION_AT = "HTTP/1.".length;

/** A complete answer to a request: any status, framing, version, gift and number of interim heads before it. */
export function drawAnswer(
  dice: Dice,
  toHead: boolean,
  { bodyBytesMax, givesPerMille }: Pick<FaultPlan, "bodyBytesMax" | "givesPerMille">,
): Message {
  const status = dice.pick(STATUSES);
  const bodiless = status === 204 || status === 304;
  const plain = new Uint8Array(bodiless ? 0 : dice.below(bodyBytesMax + 1)).fill(0x30 + dice.below(75));
  const gift = dice.chance(givesPerMille) ? drawGift(dice, !bodiless && !toHead) : NO_GIFT;
  const body = giftContent(gift, plain);
  const old = dice.chance(100);
  const framing = dice.pick(FRAMINGS);
  const chunked = framing === "chunked" && !old;
  const untilClose = framing === "close";
  const close = dice.chance(untilClose ? 500 : 80);
  const oldKeepAlive = old && !close && dice.chance(500);
  const headers: Header[] = [["Server", "byte-peer"], ...giftFields(gift)];
  if (dice.chance(300)) headers.push(["X-Filler", "x".repeat(dice.below(60))]);
  if (oldKeepAlive) headers.push(["Connection", "keep-alive"]);
  const final = encodeResponse({
    status,
    headers,
    body,
    ...(chunked ? { chunks: drawChunks(dice, body.length) } : {}),
    close,
    untilClose,
    toHead,
  });
  if (old) final[MINOR_VERSION_AT] = 0x30;
  const interim = dice.chance(60) ? interimHeads(1 + dice.below(3)) : new Uint8Array(0);
  const endsAtClose = untilClose && !bodiless && !toHead;
  return {
    bytes: concatBytes([interim, final]),
    status,
    endsAtClose,
    keepAlive: !close && !endsAtClose && (!old || oldKeepAlive),
    gift,
  };
}

/** A complete answer without content that nobody asked for, as servers send before they close an idle connection. */
export function unaskedMessage(): Message {
  const bytes = encodeResponse({ status: 408, headers: [], body: null, close: true });
  return { bytes, status: 408, endsAtClose: false, keepAlive: false, gift: NO_GIFT };
}

/** A second answer without content, to a request that was answered already. */
export function secondAnswer(): Message {
  const bytes = encodeResponse({ status: 202, headers: [], body: null });
  return { bytes, status: 202, endsAtClose: false, keepAlive: true, gift: NO_GIFT };
}

/** The first part of an answer, at least one byte short. */
export function truncated(dice: Dice, whole: Message): Message {
  return broken(whole.bytes.subarray(0, dice.below(whole.bytes.length)));
}

/** Two lengths that contradict each other. Not for HEAD, whose answer ends with its head whatever it says. */
export function conflictingLengths(dice: Dice): Message {
  const lengths = dice.pick(["Content-Length: 5\r\nContent-Length: 7", "Content-Length: 5, 7", "Content-Length: 5x"]);
  return broken(latin1Encode(`HTTP/1.1 200 OK\r\n${lengths}\r\n\r\nhello, world`));
}

/** Bytes that are no answer, however far they are read. */
export function garbage(dice: Dice): Message {
  switch (dice.below(6)) {
    case 0:
      return broken(latin1Encode("SSH-2.0-byte-peer\r\n"));
    case 1:
      return broken(new Uint8Array(1 + dice.below(200)).fill(dice.below(0x20)));
    case 2:
      return broken(latin1Encode("HTTP/1.1 2x0 OK\r\nContent-Length: 0\r\n\r\n"));
    case 3:
      return broken(latin1Encode("HTTP/1.1 200 OK\r\nno colon\r\n\r\n"));
    case 4:
      return broken(interimHeads(INTERIM_RESPONSES_MAX + 1));
    default:
      return broken(latin1Encode("HTTP/1.1 101 Switching Protocols\r\nUpgrade: other\r\n\r\n"));
  }
}

function broken(bytes: Uint8Array): Message {
  return { bytes, status: 0, endsAtClose: false, keepAlive: false, gift: NO_GIFT };
}

function interimHeads(count: number): Uint8Array {
  return concatBytes(Array.from({ length: count }, () => encodeResponse({ status: 100, headers: [], body: null })));
}

/** Sizes of chunks that add up to `bytes`; a few at most. */
function drawChunks(dice: Dice, bytes: number): number[] {
  const sizes: number[] = [];
  let left = bytes;
  while (left > 0) {
    const size = sizes.length === 15 ? left : dice.between(1, left);
    sizes.push(size);
    left -= size;
  }
  return sizes;
}
