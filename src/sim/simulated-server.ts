/**
 * A modelled server: what becomes of a request that reaches it, decided in full when it arrives.
 *
 *   arrival ─► a free worker, or the queue, or refused ─► service ─► answer, status 500, or a reset connection
 *
 * Chance is drawn from one stream for each user, apart from the engine's: two draws for each request (its fate, its
 * service time) whatever the model says, so that one number changed in a model changes nothing else.
 */
import { RandomStreams } from "../base/prng.ts";
import type { ServerModel } from "../model/server-model.ts";
import { type QuantileNs, quantileOf } from "./service-times.ts";
import { WorkerPool } from "./worker-pool.ts";

/** Second half of the identity of a server's streams; the engine's have 0 there. */
const SERVER_STREAM = 1;

/** Instead of a status: the connection is reset. */
export const CONNECTION_RESET = 0;

const STATUS_OK = 200;
const STATUS_ERROR = 500;
const STATUS_UNAVAILABLE = 503;
const TWO_POW_32 = 2 ** 32;

export class SimulatedServer {
  /** What became of the request that arrived last: a status, or CONNECTION_RESET. */
  status = STATUS_OK;
  readonly #model: ServerModel;
  readonly #streams: RandomStreams;
  readonly #pool: WorkerPool;
  readonly #serviceNs: QuantileNs;
  /** A fate below this is an error; one at or above `#dropFrom` a dropped connection. */
  readonly #errorBelow: number;
  readonly #dropFrom: number;

  /** @param seed unsigned 64-bit decimal. @param places of users at once. */
  constructor(model: ServerModel, seed: string, places: number) {
    this.#model = model;
    this.#streams = new RandomStreams(seed, places);
    this.#pool = new WorkerPool(model.workers, model.queueMax);
    this.#serviceNs = quantileOf(model.serviceTime);
    this.#errorBelow = Math.round(model.errorRatio * TWO_POW_32);
    this.#dropFrom = TWO_POW_32 - Math.round(model.dropRatio * TWO_POW_32);
  }

  /** A user comes, with a stream of chances of its own. */
  welcome(place: number, user: number): void {
    this.#streams.assign(place, user, SERVER_STREAM);
  }

  /**
   * A request of the user at `place` arrives at `arrivalNs`, not before the one before it; sets `status` and returns when the
   * server is done with it. Both times are worked time (see stall-clock).
   */
  arrive(place: number, arrivalNs: number): number {
    const fate = this.#streams.u32(place);
    const usualNs = this.#serviceNs(this.#streams.u32(place));
    const beginNs = this.#pool.beginOf(arrivalNs);
    if (beginNs < 0) {
      this.status = this.#model.whenFull === "reset" ? CONNECTION_RESET : STATUS_UNAVAILABLE;
      return arrivalNs;
    }
    const endNs = beginNs + this.#slowed(usualNs, beginNs);
    this.#pool.occupyUntil(endNs);
    this.status = fate < this.#errorBelow ? STATUS_ERROR : fate >= this.#dropFrom ? CONNECTION_RESET : STATUS_OK;
    return endNs;
  }

  /** A service time as it is while the server still warms up. */
  #slowed(usualNs: number, beginNs: number): number {
    const { durationNs, factor } = this.#model.slowStart;
    if (beginNs >= durationNs) return usualNs;
    return Math.round(usualNs * (1 + ((factor - 1) * (durationNs - beginNs)) / durationNs));
  }
}
