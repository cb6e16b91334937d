/**
 * The engine: who sends what, when. A pure state machine: no clock, no I/O, no promise, no randomness of its own.
 *
 * Once per turn it is called three times: `begin(now)` moves the population to the present, `take(input)` is given
 * each thing that happened, `advance(now)` fires what is due. It answers with entries in `commands`.
 *
 * A user is absent, waiting (between two requests, with a moment at which it is ready) or in flight (with a deadline).
 *
 *            spawned                 ready                     answered, failed, timed out
 *   absent ──────────► waiting ─────────────► in flight ─────────────────────────────────► waiting, or retired
 *
 * The planned moment of a request is the moment at which its user became ready, however late the turn that issues it.
 * Whatever a user draws comes from its own stream, at points of its own life that no answer can move: so its n-th
 * request and its n-th pause are the same in every run.
 *
 * Replay depends on one rule: a turn that leaves no entry may change nothing that a later turn would not find out
 * again by itself. That is why work per turn is bounded by the commands it gives, not by the steps it takes.
 */
import { assert } from "../base/assert.ts";
import { EntryRing } from "../base/entry-ring.ts";
import { CONNECT_BACKOFF_NS, NOTHING_REACHED_STOP_NS, TURN_WAKES_MAX } from "../base/limits.ts";
import { RandomStreams } from "../base/prng.ts";
import { Timers } from "../base/timers.ts";
import { NEVER } from "../base/units.ts";
import { FAILED_SENT, KIND, RETIRE_CODES, STOP_CODES } from "../model/entry.ts";
import type { Scenario } from "../model/scenario.ts";
import { Population } from "./population.ts";
import { weightedIndex, weightTable } from "./weights.ts";

/** What an engine is made from; with the inputs, all that its decisions depend on. */
export interface EnginePlan {
  readonly scenario: Scenario;
  /** Unsigned 64-bit decimal. */
  readonly seed: string;
  /** This engine owns the users u with u mod shards = shard. */
  readonly shard: number;
  readonly shards: number;
  /** What each request looks like when rendered for each target; index request * targets + target. */
  readonly rendered: RenderedTable;
}

export interface RenderedTable {
  /** FNV-1a of the bytes. */
  readonly hash: Uint32Array;
  readonly bytes: Float64Array;
}

const ABSENT = 0;
const WAITING = 1;
const IN_FLIGHT = 2;

export class Engine {
  /** What the engine decided; the turn empties it. */
  readonly commands: EntryRing;
  readonly #plan: EnginePlan;
  readonly #scenario: Scenario;
  readonly #userCount: number;
  readonly #population: Population;
  readonly #streams: RandomStreams;
  readonly #timers: Timers;
  readonly #requestBounds: Float64Array;
  readonly #targetBounds: Float64Array;
  readonly #endNs: number;
  readonly #iterationsMax: number;

  // One place per user of this shard; identity = place * shards + shard.
  readonly #state: Uint8Array;
  readonly #readyAtNs: Float64Array;
  readonly #iterations: Uint32Array;
  readonly #step: Uint16Array;
  readonly #repeat: Uint32Array;

  #alive = 0;
  #inFlight = 0;
  #unreached = true;
  #neverSent = 0;
  /** Commands that this turn may still give of its own accord. */
  #budget = 0;
  #stopped = false;
  /** From here on requests in flight are given up; NEVER while the run goes on. */
  #giveUpAtNs = NEVER;
  /** Places below this one have been retired by the stop. */
  #swept = 0;
  #sweptUnfinished = 0;

  constructor(plan: EnginePlan) {
    const { scenario, shard, shards } = plan;
    this.#plan = plan;
    this.#scenario = scenario;
    this.#userCount = Math.max(0, Math.ceil((scenario.usersMax - shard) / shards));
    this.#population = new Population(scenario.schedule.phases);
    this.#streams = new RandomStreams(plan.seed, this.#userCount);
    this.#timers = new Timers(this.#userCount);
    this.#requestBounds = weightTable(scenario.requests.map((request) => request.weight));
    this.#targetBounds = weightTable(scenario.targets.map((target) => target.weight));
    this.#endNs = scenario.durationNs ?? NEVER;
    this.#iterationsMax = scenario.iterations ?? 0;
    this.#state = new Uint8Array(this.#userCount);
    this.#readyAtNs = new Float64Array(this.#userCount);
    this.#iterations = new Uint32Array(this.#userCount);
    this.#step = new Uint16Array(this.#userCount);
    this.#repeat = new Uint32Array(this.#userCount);
    // Each user in flight may settle in one turn, and gives at most one command for it.
    this.commands = new EntryRing(this.#userCount + 4 * TURN_WAKES_MAX + 16);
    for (let place = 0; place < this.#userCount; place++) {
      this.#streams.assign(place, place * shards + shard, 0);
    }
  }

  /** No user is left and none will come. */
  get done(): boolean {
    return this.#stopped && this.#alive === 0;
  }

  /** First call of a turn: users come and go by the schedule. */
  begin(nowNs: number): void {
    this.#budget = TURN_WAKES_MAX;
    if (this.#stopped) return;
    const population = this.#population;
    while (population.nextNs <= nowNs && population.nextNs < this.#endNs && this.#budget > 0) {
      const atNs = population.nextNs;
      const before = population.count;
      population.step();
      const identity = Math.min(before, population.count);
      if (identity % this.#plan.shards !== this.#plan.shard) continue;
      const place = (identity - this.#plan.shard) / this.#plan.shards;
      if (population.count > before) {
        if (this.#state[place] === ABSENT) this.#spawn(place, atNs, nowNs);
      } else if (this.#state[place] === WAITING && this.#betweenIterations(place)) {
        this.#retire(place, RETIRE_CODES.schedule);
        this.#budget--;
      }
    }
  }

  /** Takes the input at index `at` of `inputs`. Kinds that change no decision are recorded only. */
  take(inputs: EntryRing, at: number, nowNs: number): void {
    switch (inputs.kind[at]) {
      case KIND.response_received:
        this.#unreached = false;
        this.#settle(this.#placeOf(inputs.identity[at]!), 0, nowNs);
        return;
      case KIND.request_failed: {
        const sent = (inputs.flags[at]! & FAILED_SENT) !== 0;
        if (!sent) this.#neverSent++;
        this.#settle(this.#placeOf(inputs.identity[at]!), sent ? 0 : CONNECT_BACKOFF_NS, nowNs);
        return;
      }
      case KIND.connection_opened:
        this.#unreached = false;
        return;
      case KIND.stop_requested:
        if (this.#stopped) this.#giveUpAtNs = nowNs;
        else this.#stop(inputs.code[at]!, nowNs);
        return;
    }
  }

  /** Last call of a turn: fires what is due at or before `nowNs`. */
  advance(nowNs: number): void {
    this.#fireTimers(nowNs);
    if (!this.#stopped) this.#stopIfDue(nowNs);
    if (this.#stopped) {
      this.#sweepWaiting();
      if (nowNs >= this.#giveUpAtNs) this.#sweepInFlight();
    }
  }

  /** The next moment at which the engine wants a turn without any input; NEVER for none. */
  wakeAtNs(): number {
    let wakeNs = this.#timers.notBeforeNs();
    if (this.#stopped) {
      if (this.#swept < this.#userCount) return 0;
      return this.#inFlight > 0 ? Math.min(wakeNs, this.#giveUpAtNs) : wakeNs;
    }
    wakeNs = Math.min(wakeNs, this.#endNs);
    if (this.#population.nextNs < this.#endNs) wakeNs = Math.min(wakeNs, this.#population.nextNs);
    if (this.#unreached && this.#neverSent > 0) wakeNs = Math.min(wakeNs, NOTHING_REACHED_STOP_NS);
    return wakeNs;
  }

  #placeOf(identity: number): number {
    const place = (identity - this.#plan.shard) / this.#plan.shards;
    assert(this.#state[place] === IN_FLIGHT, "an input settles a request that is not in flight");
    return place;
  }

  #identityOf(place: number): number {
    return place * this.#plan.shards + this.#plan.shard;
  }

  #betweenIterations(place: number): boolean {
    return this.#step[place] === 0 && this.#repeat[place] === 0;
  }

  #spawn(place: number, atNs: number, nowNs: number): void {
    this.#alive++;
    this.#budget--;
    this.commands.push(KIND.user_spawned, this.#identityOf(place));
    this.#readyAtNs[place] = atNs;
    this.#ready(place, nowNs);
  }

  #retire(place: number, reason: number): void {
    this.#state[place] = ABSENT;
    this.#step[place] = 0;
    this.#repeat[place] = 0;
    this.#timers.clear(place);
    this.#alive--;
    this.commands.push(KIND.user_retired, this.#identityOf(place), 0, reason, this.#iterations[place]!);
  }

  /**
   * The user's next request is planned, for #readyAtNs: issue it now, or wait. The moment is not handed over as an
   * argument, because a number that is no small integer is boxed on its way into a function that is not inlined.
   */
  #ready(place: number, nowNs: number): void {
    const readyAtNs = this.#readyAtNs[place]!;
    if (readyAtNs <= nowNs) {
      this.#issue(place, nowNs);
    } else {
      this.#state[place] = WAITING;
      this.#timers.set(place, readyAtNs);
    }
  }

  #issue(place: number, nowNs: number): void {
    const { requests, targets, sequence } = this.#scenario;
    const request =
      sequence === null
        ? requests.length === 1
          ? 0
          : weightedIndex(this.#requestBounds, this.#streams.u32(place))
        : sequence[this.#step[place]!]!.request;
    const spec = requests[request]!;
    const target =
      spec.target ?? (targets.length === 1 ? 0 : weightedIndex(this.#targetBounds, this.#streams.u32(place)));
    const rendered = request * targets.length + target;
    this.#state[place] = IN_FLIGHT;
    this.#inFlight++;
    this.#timers.setAfter(place, nowNs, spec.timeoutNs);
    this.commands.push(
      KIND.request_issued,
      this.#identityOf(place),
      target,
      request,
      this.#plan.rendered.hash[rendered]!,
      nowNs - this.#readyAtNs[place]!,
      this.#plan.rendered.bytes[rendered]!,
    );
  }

  /** The user's request has ended, however; what it does next. */
  #settle(place: number, backoffNs: number, nowNs: number): void {
    this.#inFlight--;
    this.#timers.clear(place);
    this.#state[place] = WAITING;
    const iterationEnded = this.#nextStep(place);
    let readyAtNs = nowNs + backoffNs;
    if (iterationEnded) {
      this.#iterations[place]!++;
      readyAtNs += this.#drawThinkTime(place);
      if (this.#iterations[place] === this.#iterationsMax) {
        this.#retire(place, RETIRE_CODES.iterations);
        return;
      }
      if (!this.#stopped && this.#identityOf(place) >= this.#population.count) {
        this.#retire(place, RETIRE_CODES.schedule);
        return;
      }
    }
    this.#readyAtNs[place] = readyAtNs;
    // A user that would be ready only after the end stays, waiting without a timer, until the stop retires it.
    if (this.#stopped) this.#retire(place, RETIRE_CODES.stop);
    else if (readyAtNs < this.#endNs) this.#ready(place, nowNs);
  }

  /** Moves to the next step of the sequence; true when that ended the iteration. */
  #nextStep(place: number): boolean {
    const { sequence } = this.#scenario;
    if (sequence === null) return true;
    if (++this.#repeat[place]! < sequence[this.#step[place]!]!.repeat) return false;
    this.#repeat[place] = 0;
    if (++this.#step[place]! < sequence.length) return false;
    this.#step[place] = 0;
    return true;
  }

  #drawThinkTime(place: number): number {
    const { minNs, maxNs } = this.#scenario.thinkTime;
    return minNs === maxNs ? minNs : this.#streams.between(place, minNs, maxNs);
  }

  #fireTimers(nowNs: number): void {
    while (this.#budget > 0) {
      const place = this.#timers.take(nowNs);
      if (place < 0) return;
      this.#budget--;
      if (this.#state[place] === IN_FLIGHT) {
        this.commands.push(KIND.request_timed_out, this.#identityOf(place));
        this.#settle(place, 0, nowNs);
      } else if (!this.#stopped) {
        this.#issue(place, nowNs);
      }
    }
  }

  #stopIfDue(nowNs: number): void {
    // What was planned before the end is issued, even when the turn comes late: the plan does not depend on the clock.
    const duePlans =
      this.#timers.notBeforeNs() <= nowNs ||
      (this.#population.nextNs <= nowNs && this.#population.nextNs < this.#endNs);
    if (nowNs >= this.#endNs && !duePlans) {
      this.#stop(STOP_CODES.duration, nowNs);
    } else if (this.#iterationsMax > 0 && this.#alive === 0 && this.#population.nextNs === NEVER) {
      this.#stop(STOP_CODES.iterations, nowNs);
    } else if (this.#unreached && nowNs >= NOTHING_REACHED_STOP_NS && this.#neverSent > 0) {
      this.#stop(STOP_CODES.nothing_reached, nowNs);
    }
  }

  #stop(reason: number, nowNs: number): void {
    this.#stopped = true;
    this.#giveUpAtNs = nowNs + this.#scenario.gracefulStopNs;
    this.commands.push(KIND.stop_begun, 0, 0, reason);
  }

  /** After a stop nobody who waits will ever send again. */
  #sweepWaiting(): void {
    for (; this.#swept < this.#userCount && this.#budget > 0; this.#swept++) {
      if (this.#state[this.#swept] !== WAITING) continue;
      this.#retire(this.#swept, RETIRE_CODES.stop);
      this.#budget--;
    }
  }

  /** The graceful stop is over: every request still in flight is recorded as unfinished. */
  #sweepInFlight(): void {
    for (; this.#sweptUnfinished < this.#userCount && this.#budget > 0; this.#sweptUnfinished++) {
      const place = this.#sweptUnfinished;
      if (this.#state[place] !== IN_FLIGHT) continue;
      this.commands.push(KIND.request_unfinished, this.#identityOf(place));
      this.#inFlight--;
      this.#retire(place, RETIRE_CODES.stop);
      this.#budget--;
    }
  }
}
