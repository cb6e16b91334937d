/**
 * Frames that are allowed and serve nothing: those of extensions, of priorities, and of streams that are over. A client
 * passes over them.
 */
import { concatBytes } from "../../base/bytes.ts";
import { encodeFrame } from "../../protocol/http2/encode-frame.ts";
import { FLAG_END_HEADERS, FLAG_END_STREAM, FRAME_HEADERS, FRAME_PRIORITY } from "../../protocol/http2/frame.ts";
import type { Dice } from "../dice.ts";
import { block } from "./flaws.ts";

const PRIORITY_BYTES = 5;
/** Types that RFC 9113 does not know: ALTSVC, ORIGIN, a reserved one, the last. */
const FOREIGN_TYPES = [0x0a, 0x0c, 0x1f, 0xff];

/** @param lastStream the highest stream that the client has opened. */
export function drawStrays(dice: Dice, lastStream: number): Uint8Array {
  const frames = Array.from({ length: 1 + dice.below(20) }, () => {
    const stream = dice.pick([0, lastStream, 2, lastStream + 2]);
    if (dice.chance(300)) return encodeFrame(FRAME_PRIORITY, 0, lastStream + 2, new Uint8Array(PRIORITY_BYTES));
    const payload = new Uint8Array(dice.pick([0, dice.below(300)])).fill(dice.below(256));
    return encodeFrame(dice.pick(FOREIGN_TYPES), dice.below(256), stream, payload);
  });
  return concatBytes(frames);
}

/** Another answer on a stream that was answered already. */
export function secondAnswer(stream: number): Uint8Array {
  const head = block([":status", "202"]);
  return encodeFrame(FRAME_HEADERS, FLAG_END_HEADERS | FLAG_END_STREAM, stream, head);
}
