/**
 * The integral of an arrival rate that is linear by stages, and its inverse: how many arrivals there are up to a moment,
 * and at which moment a position among them is reached.
 *
 * Within a stage of D ns whose rate goes from r0 to r1, the position gained in t ns is m = r0 t + (r1 - r0) t^2 / 2D, so
 *
 *   t = 2 m / (r0 + sqrt(r0^2 + 2 (r1 - r0) m / D))
 *
 * which loses no digits where the rate hardly changes. Where the stages begin is kept exactly, as whole arrivals and a
 * fraction; the rest is + - * / and sqrt, which IEEE 754 fixes to the last bit.
 */
/** Millionths of an arrival per second, times ns, for one arrival. */
const PER_ARRIVAL = 10 ** 15;
/** The same for a sum of two rates. */
const PER_ARRIVAL_TWICE = 2n * BigInt(PER_ARRIVAL);

/** A linear change of the rate. Rates are whole millionths of an arrival per second. */
interface Stage {
  readonly durationNs: number;
  readonly fromMicroRate: number;
  readonly toMicroRate: number;
}

interface StageStart {
  readonly startNs: number;
  readonly durationNs: number;
  /** Arrivals per ns. */
  readonly fromRate: number;
  readonly toRate: number;
  /** Position at which it begins: whole arrivals, and the rest in [0, 1). */
  readonly whole: number;
  readonly fraction: number;
}

export class RateIntegral {
  /** Arrivals in all: every position below the last one, rounded up. */
  readonly arrivals: number;
  /** The position reached at the end; not whole in general. */
  readonly end: number;
  readonly #stages: readonly StageStart[];

  /** @param untilNs stages are cut off here. */
  constructor(stages: readonly Stage[], untilNs = Number.POSITIVE_INFINITY) {
    const starts: StageStart[] = [];
    let startNs = 0;
    // In PER_ARRIVAL_TWICE; it passes 2^53.
    let position = 0n;
    for (const { durationNs, fromMicroRate, toMicroRate } of stages) {
      if (startNs >= untilNs) break;
      const lengthNs = Math.min(durationNs, untilNs - startNs);
      starts.push({
        startNs,
        durationNs,
        fromRate: fromMicroRate / PER_ARRIVAL,
        toRate: toMicroRate / PER_ARRIVAL,
        whole: Number(position / PER_ARRIVAL_TWICE),
        fraction: Number(position % PER_ARRIVAL_TWICE) / Number(PER_ARRIVAL_TWICE),
      });
      position += twiceGained(fromMicroRate, toMicroRate, durationNs, lengthNs);
      startNs += lengthNs;
    }
    this.#stages = starts;
    this.arrivals = Number((position + PER_ARRIVAL_TWICE - 1n) / PER_ARRIVAL_TWICE);
    this.end = Number(position) / Number(PER_ARRIVAL_TWICE);
  }

  /** The moment, whole ns, at which `position` is reached; 0 <= position < end. */
  momentOf(position: number): number {
    let index = this.#stages.length - 1;
    while (index > 0 && gainedAt(this.#stages[index]!, position) < 0) index--;
    const stage = this.#stages[index]!;
    const gained = gainedAt(stage, position);
    if (gained <= 0) return stage.startNs;
    const { fromRate, toRate, durationNs } = stage;
    const square = fromRate * fromRate + (2 * (toRate - fromRate) * gained) / durationNs;
    const elapsedNs = (2 * gained) / (fromRate + Math.sqrt(Math.max(0, square)));
    return stage.startNs + Math.round(Math.min(elapsedNs, durationNs));
  }
}

function gainedAt({ whole, fraction }: StageStart, position: number): number {
  return position - whole - fraction;
}

/** Twice the position gained in the first `lengthNs` of a stage, times PER_ARRIVAL. */
function twiceGained(fromMicroRate: number, toMicroRate: number, durationNs: number, lengthNs: number): bigint {
  const [from, to, duration, length] = [fromMicroRate, toMicroRate, durationNs, lengthNs].map(BigInt) as [
    bigint,
    bigint,
    bigint,
    bigint,
  ];
  return 2n * from * length + ((to - from) * length * length) / duration;
}
