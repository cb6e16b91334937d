/** A good answer of HTTP/2: any status, any fields, any layout in frames, with trailers and interim heads. */
import type { HpackField } from "../../protocol/hpack/field.ts";
import { PADDING_BYTES_MAX } from "../../protocol/http2/encode-frame.ts";
import { type AnswerLayout, type Http2Answer, PLAIN_LAYOUT } from "../../protocol/http2/server-answer.ts";
import type { Dice } from "../dice.ts";
import type { FaultPlan } from "../fault-plan.ts";
import { drawGift, type Gift, giftContent, giftFields, NO_GIFT } from "../gift.ts";

export interface DrawnAnswer {
  /** Statuses of the heads before the final one. */
  readonly interims: readonly number[];
  readonly answer: Http2Answer;
  readonly gift: Gift;
}

const STATUSES = [200, 200, 200, 200, 201, 204, 304, 404, 500, 503];
const INTERIM_STATUSES = [100, 102, 103];

export function drawAnswer(
  dice: Dice,
  toHead: boolean,
  { bodyBytesMax, givesPerMille }: Pick<FaultPlan, "bodyBytesMax" | "givesPerMille">,
): DrawnAnswer {
  const status = dice.pick(STATUSES);
  const bodiless = status === 204 || status === 304;
  const plainLength = bodiless ? 0 : dice.below(bodyBytesMax + 1);
  const plain = new Uint8Array(toHead ? 0 : plainLength).fill(0x30 + dice.below(75));
  const gift = dice.chance(givesPerMille) ? drawGift(dice, !bodiless && !toHead) : NO_GIFT;
  const body = giftContent(gift, plain);
  const length = toHead ? plainLength : body.length;
  const fields: HpackField[] = [{ name: "server", value: "byte-peer" }];
  for (const [name, value] of giftFields(gift)) fields.push({ name: name.toLowerCase(), value });
  if (status !== 204 && dice.chance(500))
    fields.push({ name: "content-length", value: drawLength(dice, status, length) });
  if (dice.chance(300))
    fields.push({ name: "x-filler", value: "x".repeat(dice.below(60)), sensitive: dice.chance(200) });
  const isLong = dice.chance(50);
  if (isLong) fields.push({ name: `x-${dice.below(1000)}`, value: "y".repeat(dice.below(5_000)) });
  const hasTrailers = !toHead && !bodiless && dice.chance(150);
  return {
    interims: dice.chance(60) ? Array.from({ length: 1 + dice.below(3) }, () => dice.pick(INTERIM_STATUSES)) : [],
    gift,
    answer: {
      status,
      fields,
      body,
      layout: drawLayout(dice, isLong),
      ...(hasTrailers ? { trailers: [{ name: "x-trailer", value: String(dice.below(10)) }] } : {}),
    },
  };
}

/** A 304 may say how long the content is that it does not have. */
function drawLength(dice: Dice, status: number, length: number): string {
  return String(status === 304 ? dice.below(1000) : length);
}

/** No header block comes in more frames than a client takes. */
function drawLayout(dice: Dice, isLong: boolean): AnswerLayout {
  if (dice.chance(500)) return PLAIN_LAYOUT;
  return {
    headerFrameBytes: dice.pick([isLong ? 100 : 5 + dice.below(60), PLAIN_LAYOUT.headerFrameBytes]),
    dataFrameBytes: dice.pick([500 + dice.below(2_000), PLAIN_LAYOUT.dataFrameBytes]),
    paddingBytes: dice.pick([0, dice.below(PADDING_BYTES_MAX + 1)]),
    hasPriority: dice.chance(300),
  };
}
