/**
 * How bad a byte world is. Each fault has a chance per mille, drawn once per world: most worlds know only some faults,
 * a few know none, a few know all. So rare combinations meet, and a world without a fault shows what the fault did.
 */
import { NS_PER_MS } from "../base/units.ts";
import type { Dice } from "./dice.ts";

/** The faults of an attempt to connect, by chance per mille. */
export const OPENING_FAULTS = ["refused", "neverOpens", "resetsOpening"] as const;
/** The faults of an answer, by chance per mille. */
export const ANSWER_FAULTS = [
  "truncates",
  "resetsMidway",
  "sendsGarbage",
  "conflictingLengths",
  "answersTwice",
  "answersLate",
  "neverAnswers",
  "closesUnanswered",
  "drips",
  "closesIdle",
  "sendsUnasked",
] as const;

/** What a peer of HTTP/2 does beyond that, by chance per mille of each request. */
export const STREAM_FAULTS = [
  "refusesStream",
  "resetsStream",
  "resetsStreamMidway",
  "malformsAnswer",
  "answersEarly",
  "goesAway",
  "goesAwayInError",
  "breaksProtocol",
  "changesSettings",
  "withholdsWindows",
  "pings",
  "strays",
] as const;

export type OpeningFault = (typeof OPENING_FAULTS)[number];
export type AnswerFault = (typeof ANSWER_FAULTS)[number];
export type StreamFault = (typeof STREAM_FAULTS)[number];

export interface FaultPlan {
  readonly perMille: Readonly<Record<OpeningFault | AnswerFault | StreamFault, number>>;
  /** Longest time between two pieces on the wire, ns. */
  readonly delayNsMax: number;
  /** Longest time that a healthy peer thinks about an answer, ns. */
  readonly serviceNsMax: number;
  /** Longest time that a faulty peer makes its client wait, ns. */
  readonly lateNsMax: number;
  /** Chance that a message is cut in pieces at all. */
  readonly cutPerMille: number;
  /** Chance that a write to a connection of HTTP/2 is not taken at once. */
  readonly unsentPerMille: number;
  /** Longest body of an answer that gives nothing. */
  readonly bodyBytesMax: number;
  /** Chance that an answer gives something to whoever looks into it. */
  readonly givesPerMille: number;
  /** From here on there is no new fault, and what hangs comes to an end within HEAL_NS. */
  readonly healAtNs: number;
}

/** After the heal moment, whatever still hung has ended this long afterwards. */
export const HEAL_NS = 5 * NS_PER_MS;

/**
 * Draws a plan.
 * @param streamDice draws what HTTP/2 adds, so that a world of HTTP/1.1 is the same without it.
 * @param times.lateNsMax should be beyond the deadlines of the requests, so that late means too late.
 */
export function drawFaultPlan(
  dice: Dice,
  streamDice: Dice,
  times: Pick<FaultPlan, "delayNsMax" | "serviceNsMax" | "lateNsMax" | "healAtNs">,
): FaultPlan {
  const mood = dice.below(20);
  const rate = (from: Dice): number => {
    if (mood === 0) return 0;
    if (mood === 1) return from.between(20, 120);
    return from.chance(300) ? from.between(1, 250) : 0;
  };
  const perMille = Object.fromEntries([
    ...[...OPENING_FAULTS, ...ANSWER_FAULTS].map((fault) => [fault, rate(dice)]),
    ...STREAM_FAULTS.map((fault) => [fault, rate(streamDice)]),
  ]);
  return {
    ...times,
    perMille: perMille as FaultPlan["perMille"],
    cutPerMille: dice.pick([0, 100, 500, 1000]),
    bodyBytesMax: dice.pick([0, 40, 400, 3_000, 3_000, 100_000]),
    givesPerMille: 0,
    unsentPerMille: streamDice.pick([0, 0, 100, 1000]),
  };
}
