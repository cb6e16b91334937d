/**
 * Service times as quantiles: a draw of 32 uniform bits to a duration. Every distribution takes exactly one draw for
 * a request, so that another distribution moves no other draw. What needs a curve is a table made once, with linear
 * interpolation in between: below the median and above it, by the places of normal-quantiles.
 */
import { unreachable } from "../base/assert.ts";
import type { ServiceTime } from "../model/server-model.ts";
import { isAboveMedian, NORMAL_Z, placeOfDraw, Z_P99 } from "./normal-quantiles.ts";
import { power } from "./power.ts";

/** A draw of 32 bits to a whole number of ns. */
export type QuantileNs = (draw: number) => number;

const TWO_POW_32 = 2 ** 32;

/** The quantile function of a distribution of service times. */
export function quantileOf(serviceTime: ServiceTime): QuantileNs {
  switch (serviceTime.type) {
    case "fixed": {
      const { durationNs } = serviceTime;
      return () => durationNs;
    }
    case "uniform": {
      const { minNs, maxNs } = serviceTime;
      const width = maxNs - minNs + 1;
      return (draw) => minNs + Math.floor(((draw >>> 0) / TWO_POW_32) * width);
    }
    case "normal": {
      const { meanNs, stddevNs } = serviceTime;
      return interpolate(
        NORMAL_Z.map((z) => Math.max(0, meanNs - stddevNs * z)),
        NORMAL_Z.map((z) => meanNs + stddevNs * z),
      );
    }
    case "long_tail": {
      const { medianNs, p99Ns } = serviceTime;
      const factors = NORMAL_Z.map((z) => power(p99Ns / medianNs, z / Z_P99));
      return interpolate(
        factors.map((factor) => medianNs / factor),
        factors.map((factor) => medianNs * factor),
      );
    }
    default:
      return unreachable(serviceTime);
  }
}

/** Two halves of a distribution, each from the median outwards. */
function interpolate(below: readonly number[], above: readonly number[]): QuantileNs {
  // One place more than there is, so that the last one can be interpolated as well.
  const lower = Float64Array.from([...below, below.at(-1)!]);
  const upper = Float64Array.from([...above, above.at(-1)!]);
  return (draw) => {
    const half = isAboveMedian(draw) ? upper : lower;
    const position = placeOfDraw(draw);
    const place = Math.floor(position);
    const fromNs = half[place]!;
    return Math.round(fromNs + (half[place + 1]! - fromNs) * (position - place));
  };
}
