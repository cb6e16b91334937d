/** Where the time of the whole run went, phase by phase; each histogram holds one value per occurrence of its phase. */
import type { Phase } from "../model/summary.ts";
import { Histogram } from "./histogram.ts";

export class Phases implements Readonly<Record<Phase, Histogram>> {
  /** Per response: planned moment to first byte written. */
  readonly wait = new Histogram();
  /** Per name resolved. */
  readonly dns = new Histogram();
  /** Per connection: the TCP handshake. */
  readonly connect = new Histogram();
  /** Per connection with TLS: the TLS handshake. */
  readonly tls = new Histogram();
  /** Per response: first byte written to first byte read. */
  readonly ttfb = new Histogram();
  /** Per response: first byte read to last byte read. */
  readonly body = new Histogram();
}
