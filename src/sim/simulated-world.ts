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
import { EntryRing } from "../base/entry-ring.ts";
import { TURN_WAKES_MAX } from "../base/limits.ts";
import { Timers } from "../base/timers.ts";
import { NEVER } from "../base/units.ts";
import { CLOSE_CODES, FAILED_SENT, KIND, PROTOCOL_CODES, RESPONSE_REUSED } from "../model/entry.ts";
import { FAILURE_CODES } from "../model/failure.ts";
import type { World } from "../model/ports.ts";
import type { ServerModel } from "../model/server-model.ts";
import { CONNECTION_RESET, SimulatedServer } from "./simulated-server.ts";
import { StallClock } from "./stall-clock.ts";

export class SimulatedWorld implements World {
  readonly inputs: EntryRing;
  readonly #responseBytes: number;
  readonly #server: SimulatedServer;
  /** The server's clock as requests reach it, and as its answers leave it: a round trip apart. */
  readonly #arrivals: StallClock;
  readonly #departures: StallClock;
  readonly #toServerNs: number;
  readonly #toClientNs: number;
  /** By user: when the server is done with the request, in time worked. */
  readonly #ends: Timers;

  // By user: the request in flight, and the connection.
  readonly #status: Uint16Array;
  readonly #issuedNs: Float64Array;
  readonly #latenessNs: Float64Array;
  /** Requests sent on the open connection; 0 when there is none. */
  readonly #sent: Uint32Array;
  readonly #bytesIn: Float64Array;
  readonly #bytesOut: Float64Array;

  /** @param seed unsigned 64-bit decimal. @param userCount users are 0 .. userCount - 1. */
  constructor(model: ServerModel, seed: string, userCount: number) {
    // A command gives at most one input, and a turn drains what the commands of the one before it gave.
    this.inputs = new EntryRing(2 * userCount + 8 * TURN_WAKES_MAX);
    this.#responseBytes = model.responseBytes;
    this.#server = new SimulatedServer(model, seed, userCount);
    this.#arrivals = new StallClock(model.stalls);
    this.#departures = new StallClock(model.stalls);
    this.#toServerNs = Math.floor(model.roundTripNs / 2);
    this.#toClientNs = model.roundTripNs - this.#toServerNs;
    this.#ends = new Timers(userCount);
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
        this.#send(user, commands, at, nowNs);
        return;
      case KIND.request_timed_out:
      case KIND.request_unfinished:
        this.#ends.clear(user);
        this.#disconnect(user, CLOSE_CODES.cancelled);
        return;
      case KIND.user_retired:
        this.#disconnect(user, CLOSE_CODES.retired);
        return;
    }
  }

  end(): void {}

  wakeAtNs(): number {
    const momentNs = this.#departures.momentOf(this.#ends.nextNs());
    return momentNs === NEVER ? NEVER : momentNs + this.#toClientNs;
  }

  shutdown(): void {
    for (let user = 0; user < this.#sent.length; user++) this.#disconnect(user, CLOSE_CODES.retired);
  }

  #send(user: number, commands: EntryRing, at: number, nowNs: number): void {
    if (this.#sent[user] === 0) {
      this.inputs.push(KIND.connection_opened, user, PROTOCOL_CODES["http1.1"], commands.flags[at]!, user);
    }
    this.#sent[user]!++;
    this.#bytesOut[user]! += commands.c[at]!;
    this.#issuedNs[user] = nowNs;
    this.#latenessNs[user] = commands.b[at]!;
    const arrivalNs = this.#arrivals.workedAt(nowNs + this.#toServerNs);
    this.#ends.set(user, this.#server.arrive(user, arrivalNs));
    this.#status[user] = this.#server.status;
  }

  /** The end of the user's request reaches the client. */
  #deliver(user: number, nowNs: number): void {
    const status = this.#status[user]!;
    const latenessNs = this.#latenessNs[user]!;
    if (status === CONNECTION_RESET) {
      this.inputs.push(KIND.request_failed, user, FAILED_SENT, FAILURE_CODES.connection_reset, 0, latenessNs);
      this.#disconnect(user, CLOSE_CODES.failure);
      return;
    }
    const reused = this.#sent[user] === 1 ? 0 : RESPONSE_REUSED;
    const elapsedNs = nowNs - this.#issuedNs[user]!;
    this.#bytesIn[user]! += this.#responseBytes;
    this.inputs.push(KIND.response_received, user, reused, status, this.#responseBytes, latenessNs, elapsedNs);
  }

  #disconnect(user: number, reason: number): void {
    const sent = this.#sent[user]!;
    if (sent === 0) return;
    this.inputs.push(KIND.connection_closed, user, 0, reason, sent, this.#bytesIn[user]!, this.#bytesOut[user]!);
    this.#sent[user] = 0;
    this.#bytesIn[user] = 0;
    this.#bytesOut[user] = 0;
  }
}
