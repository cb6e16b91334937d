/**
 * The world in virtual time: in place of sockets, a modelled server and a network that takes half of the round trip
 * each way. A request is decided when it is issued; what is kept of it is when its end reaches the client.
 *
 *   perform(request_issued)   the server says when and how it ends; a timer of its user is set
 *   begin(now)                what has reached the client by now becomes inputs
 *
 * A request that timed out is never heard of again, but the server does not know: its worker stays busy for it, as a
 * real one would. Each user has one connection, which costs no time to open and is lost when a request on it fails or
 * is cancelled.
 */
import { assert } from "../base/assert.ts";
import { EntryRing } from "../base/entry-ring.ts";
import { TURN_WAKES_MAX } from "../base/limits.ts";
import { NO_PLACE, type Places } from "../base/places.ts";
import { Timers } from "../base/timers.ts";
import { NEVER } from "../base/units.ts";
import { CLOSE_CODES, FAILED_SENT, KIND, PROTOCOL_CODES, RESPONSE_REUSED } from "../model/entry.ts";
import { FAILURE_CODES } from "../model/failure.ts";
import type { World } from "../model/ports.ts";
import type { ServerModel } from "../model/server-model.ts";
import type { SimulatedAnswers } from "./simulated-answers.ts";
import { CONNECTION_RESET, SimulatedServer } from "./simulated-server.ts";
import { StallClock } from "./stall-clock.ts";

export class SimulatedWorld implements World {
  readonly inputs: EntryRing;
  readonly #places: Places;
  readonly #answers: SimulatedAnswers;
  readonly #responseBytes: number;
  readonly #server: SimulatedServer;
  /** The server's clock as requests reach it, and as its answers leave it: a round trip apart. */
  readonly #arrivals: StallClock;
  readonly #departures: StallClock;
  readonly #toServerNs: number;
  readonly #toClientNs: number;
  /** By place of a user: when the server is done with the request, in time worked. */
  readonly #ends: Timers;

  // By place of a user: the request in flight, and the connection.
  readonly #request: Uint16Array;
  readonly #status: Uint16Array;
  readonly #issuedNs: Float64Array;
  readonly #latenessNs: Float64Array;
  /** Requests sent on the open connection; 0 when there is none. */
  readonly #sent: Uint32Array;
  readonly #bytesIn: Float64Array;
  readonly #bytesOut: Float64Array;

  /** @param seed unsigned 64-bit decimal. @param places of the users, the world's own. */
  constructor(model: ServerModel, seed: string, places: Places, answers: SimulatedAnswers) {
    const userCount = places.capacity;
    // Every user may be answered in a turn, which drains what the commands of the one before it gave.
    this.inputs = new EntryRing((1 + answers.inputsMax) * userCount + 8 * TURN_WAKES_MAX);
    this.#places = places;
    this.#answers = answers;
    this.#responseBytes = model.responseBytes;
    this.#server = new SimulatedServer(model, seed, userCount);
    if (places.isFixed) {
      for (let place = 0; place < userCount; place++) this.#server.welcome(place, places.identityOf(place));
    }
    this.#arrivals = new StallClock(model.stalls);
    this.#departures = new StallClock(model.stalls);
    this.#toServerNs = Math.floor(model.roundTripNs / 2);
    this.#toClientNs = model.roundTripNs - this.#toServerNs;
    this.#ends = new Timers(userCount);
    this.#request = new Uint16Array(userCount);
    this.#status = new Uint16Array(userCount);
    this.#issuedNs = new Float64Array(userCount);
    this.#latenessNs = new Float64Array(userCount);
    this.#sent = new Uint32Array(userCount);
    this.#bytesIn = new Float64Array(userCount);
    this.#bytesOut = new Float64Array(userCount);
  }

  begin(nowNs: number): void {
    const leftNs = nowNs - this.#toClientNs;
    if (leftNs < 0) return;
    const workedNs = this.#departures.workedAt(leftNs);
    for (let count = 0; count < TURN_WAKES_MAX; count++) {
      const nextNs = this.#ends.nextNs();
      // What ends just when a stall begins is held up until its end.
      if (nextNs > workedNs || (nextNs === workedNs && this.#departures.momentOf(nextNs) > leftNs)) return;
      this.#deliver(this.#ends.take(workedNs), nowNs);
    }
  }

  perform(commands: EntryRing, at: number, nowNs: number): void {
    const user = commands.identity[at]!;
    switch (commands.kind[at]) {
      case KIND.request_issued:
        this.#send(this.#placeFor(user), commands, at, nowNs);
        return;
      case KIND.request_timed_out:
      case KIND.request_unfinished: {
        const place = this.#places.find(user);
        this.#ends.clear(place);
        this.#disconnect(place, CLOSE_CODES.cancelled);
        return;
      }
      case KIND.user_retired: {
        const place = this.#places.find(user);
        if (place === NO_PLACE) return;
        this.#disconnect(place, CLOSE_CODES.retired);
        this.#places.release(place);
        return;
      }
    }
  }

  end(): void {}

  wakeAtNs(): number {
    const momentNs = this.#departures.momentOf(this.#ends.nextNs());
    return momentNs === NEVER ? NEVER : momentNs + this.#toClientNs;
  }

  shutdown(): void {
    for (let place = 0; place < this.#sent.length; place++) this.#disconnect(place, CLOSE_CODES.retired);
  }

  #placeFor(user: number): number {
    const found = this.#places.find(user);
    if (found !== NO_PLACE) return found;
    const place = this.#places.take(user);
    assert(place !== NO_PLACE, "there is a place for every user that may be alive");
    this.#server.welcome(place, user);
    return place;
  }

  #send(place: number, commands: EntryRing, at: number, nowNs: number): void {
    if (this.#sent[place] === 0) {
      const user = this.#places.identityOf(place);
      this.inputs.push(KIND.connection_opened, place, PROTOCOL_CODES["http1.1"], commands.flags[at]!, user);
    }
    this.#sent[place]!++;
    this.#bytesOut[place]! += commands.c[at]!;
    this.#issuedNs[place] = nowNs;
    this.#latenessNs[place] = commands.b[at]!;
    this.#request[place] = commands.code[at]!;
    const arrivalNs = this.#arrivals.workedAt(nowNs + this.#toServerNs);
    this.#ends.set(place, this.#server.arrive(place, arrivalNs));
    this.#status[place] = this.#server.status;
  }

  /** The end of the user's request reaches the client. */
  #deliver(place: number, nowNs: number): void {
    const user = this.#places.identityOf(place);
    const status = this.#status[place]!;
    const latenessNs = this.#latenessNs[place]!;
    if (status === CONNECTION_RESET) {
      this.inputs.push(KIND.request_failed, user, FAILED_SENT, FAILURE_CODES.connection_reset, 0, latenessNs);
      this.#disconnect(place, CLOSE_CODES.failure);
      return;
    }
    const reused = this.#sent[place] === 1 ? 0 : RESPONSE_REUSED;
    const flags = reused | this.#answers.judge(this.inputs, user, this.#request[place]!, status);
    const elapsedNs = nowNs - this.#issuedNs[place]!;
    this.#bytesIn[place]! += this.#responseBytes;
    this.inputs.push(KIND.response_received, user, flags, status, this.#responseBytes, latenessNs, elapsedNs);
  }

  #disconnect(place: number, reason: number): void {
    const sent = this.#sent[place]!;
    if (sent === 0) return;
    this.inputs.push(KIND.connection_closed, place, 0, reason, sent, this.#bytesIn[place]!, this.#bytesOut[place]!);
    this.#sent[place] = 0;
    this.#bytesIn[place] = 0;
    this.#bytesOut[place] = 0;
  }
}
