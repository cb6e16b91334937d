/** The target's own clock: monotonic, and apart from that of the generator that it checks. */
import { NS_PER_MS } from "../base/units.ts";

/** Nanoseconds since an arbitrary moment of this thread, as an integer. */
export function nowNs(): number {
  return Math.round(performance.now() * NS_PER_MS);
}
