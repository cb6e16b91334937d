/**
 * The engine: who sends what, when. A pure state machine: no clock, no I/O, no promise, no randomness of its own.
 *
 * Once per turn it is called three times: `begin(now)` brings closed groups to the present, `take(input)` is given each
 * thing that happened, `advance(now)` fires what is due and lets arrivals come. It answers with entries in `commands`.
 *
 * A user is absent, waiting (between two requests, with a moment at which it is ready) or in flight (with a deadline).
 * Users come from groups: of a closed one the schedule says how many there are, of an open one when each arrives.
 *
 *            spawned                 ready                     answered, failed, timed out
 *   absent ──────────► waiting ─────────────► in flight ─────────────────────────────────► waiting, or retired
 *
 * The planned moment of a request is the moment at which its user became ready, however late the turn that issues it.
 * Whatever a user draws comes from its own stream, at points of its own life that no answer moves unless the scenario says
 * so (on_failure): so its n-th request and its n-th pause are the same in every run.
 *
 * Replay depends on one rule: a turn that leaves no entry may change nothing that a later turn would not find out
 * again by itself. That is why work per turn is bounded by the commands it gives, not by the steps it takes.
 */
import { assert } from "../base/assert.ts";
import { EntryRing } from "../base/entry-ring.ts";
import { CONNECT_BACKOFF_NS, NOTHING_REACHED_STOP_NS, TURN_WAKES_MAX } from "../base/limits.ts";
import { listOf } from "../base/list.ts";
import { NO_PLACE, type Places } from "../base/places.ts";
import { RandomStreams } from "../base/prng.ts";
import { NEVER } from "../base/units.ts";
import { DROP_CODES, FAILED_SENT, isSignal, isSuccess, KIND, RETIRE_CODES, STOP_CODES } from "../model/entry.ts";
import type { Messages } from "../model/ports.ts";
import type { Scenario } from "../model/scenario.ts";
import { Crowd } from "./crowd.ts";
import type { EnginePlan } from "./engine-plan.ts";
import { FlowPlan } from "./flow-plan.ts";
import { placesFor } from "./places-for.ts";
import { UniqueRows } from "./unique-rows.ts";
import { ABSENT, GONE, IN_FLIGHT, Users, WAITING } from "./users.ts";
import { weightedIndex, weightTable } from "./weights.ts";

export class Engine {
  /** What the engine decided; the turn empties it. */
  readonly commands: EntryRing;
  // Own copies: code that was compiled for one engine fits the next, whatever the shapes of the plans they came from.
  readonly #shard: number;
  readonly #shards: number;
  readonly #hash: Uint32Array;
  readonly #bytes: Float64Array;
  readonly #dynamic: Uint8Array;
  readonly #messages: Messages | null;
  readonly #requests: Scenario["requests"];
  readonly #targetCount: number;
  readonly #gracefulStopNs: number;
  readonly #crowds: readonly Crowd[];
  readonly #flows: readonly FlowPlan[];
  readonly #places: Places;
  readonly #streams: RandomStreams;
  readonly #users: Users;
  readonly #uniqueRows: UniqueRows;
  readonly #targetBounds: Float64Array;
  readonly #endNs: number;

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
    const { scenario, seed, shard, shards, rendered, messages } = plan;
    this.#shard = shard;
    this.#shards = shards;
    this.#hash = rendered.hash;
    this.#bytes = rendered.bytes;
    this.#dynamic = rendered.dynamic;
    this.#messages = messages;
    this.#requests = listOf(scenario.requests);
    this.#targetCount = scenario.targets.length;
    this.#gracefulStopNs = scenario.gracefulStopNs;
    this.#crowds = listOf(scenario.groups.map((_, index) => new Crowd(scenario, index, seed, shard, shards)));
    this.#flows = listOf(scenario.flows.map((flow) => new FlowPlan(flow, scenario)));
    this.#places = placesFor(scenario, shard, shards);
    const { capacity } = this.#places;
    this.#streams = new RandomStreams(seed, capacity);
    this.#users = new Users(capacity);
    this.#uniqueRows = new UniqueRows(scenario, capacity, messages);
    this.#targetBounds = weightTable(scenario.targets.map((target) => target.weight));
    this.#endNs = scenario.durationNs ?? NEVER;
    if (this.#places.isFixed) {
      for (let place = 0; place < capacity; place++) this.#streams.assign(place, this.#places.identityOf(place), 0);
    }
    // Each user in flight may settle in one turn, and gives at most one command for it.
    this.commands = new EntryRing(capacity + 4 * TURN_WAKES_MAX + 16);
  }

  /** No user is left and none will come. */
  get done(): boolean {
    return this.#stopped && this.#alive === 0;
  }

  /** First call of a turn: users of closed groups come and go, so that who is answered now knows whether it is wanted. */
  begin(nowNs: number): void {
    this.#budget = TURN_WAKES_MAX;
    this.#followSchedules(false, nowNs);
  }

  /** Takes the input at index `at` of `inputs`. Kinds that change no decision are recorded only. */
  take(inputs: EntryRing, at: number, nowNs: number): void {
    switch (inputs.kind[at]) {
      case KIND.response_received:
        this.#unreached = false;
        this.#settle(this.#placeOf(inputs.identity[at]!), isSuccess(inputs.code[at]!, inputs.flags[at]!), 0, nowNs);
        return;
      case KIND.value_captured:
        this.#capture(inputs, at);
        return;
      case KIND.check_failed:
        this.#messages?.breakRule(this.#placeOf(inputs.identity[at]!), inputs.code[at]!);
        return;
      case KIND.request_failed: {
        const sent = (inputs.flags[at]! & FAILED_SENT) !== 0;
        if (!sent) this.#neverSent++;
        this.#settle(this.#placeOf(inputs.identity[at]!), false, sent ? 0 : CONNECT_BACKOFF_NS, nowNs);
        return;
      }
      case KIND.connection_opened:
        this.#unreached = false;
        return;
      case KIND.stop_requested:
        // Other reasons are told to all shards, also to those that have stopped; only a signal means "at once" then.
        if (this.#stopped && isSignal(inputs.code[at]!)) this.#giveUpAtNs = nowNs;
        // At its end a run stops by itself, behind what was planned before: that is issued, however late the turn.
        if (!this.#stopped && nowNs < this.#endNs) this.#stop(inputs.code[at]!, nowNs);
        return;
    }
  }

  /**
   * Last call of a turn: fires what is due at or before `nowNs`. Arrivals come last, and find every user free who has
   * become so by now: whom they do not find is still busy.
   */
  advance(nowNs: number): void {
    this.#fireTimers(nowNs);
    this.#followSchedules(true, nowNs);
    if (!this.#stopped) this.#stopIfDue(nowNs);
    if (this.#stopped) {
      this.#sweepWaiting();
      if (nowNs >= this.#giveUpAtNs) this.#sweepInFlight();
    }
  }

  /** The next moment at which the engine wants a turn without any input; NEVER for none. */
  wakeAtNs(): number {
    let wakeNs = this.#users.timers.notBeforeNs();
    if (this.#stopped) {
      if (this.#swept < this.#places.capacity) return 0;
      return this.#inFlight > 0 ? Math.min(wakeNs, this.#giveUpAtNs) : wakeNs;
    }
    wakeNs = Math.min(wakeNs, this.#endNs);
    for (const { nextNs } of this.#crowds) if (nextNs < this.#endNs) wakeNs = Math.min(wakeNs, nextNs);
    if (this.#unreached && this.#neverSent > 0) wakeNs = Math.min(wakeNs, NOTHING_REACHED_STOP_NS);
    return wakeNs;
  }

  #placeOf(identity: number): number {
    const place = this.#places.find(identity);
    assert(
      place !== NO_PLACE && this.#users.state[place] === IN_FLIGHT,
      "an input is about a request that is in flight",
    );
    return place;
  }

  #capture(inputs: EntryRing, at: number): void {
    const messages = this.#messages;
    assert(messages !== null, "only a scenario with captures captures");
    messages.capture(this.#placeOf(inputs.identity[at]!), inputs.code[at]!, inputs.flags[at]!, inputs.takeText(at));
  }

  /** Whoever comes and goes by now does, in groups of one kind. */
  #followSchedules(isOpen: boolean, nowNs: number): void {
    const shard = this.#shard;
    const shards = this.#shards;
    for (const [index, crowd] of this.#crowds.entries()) {
      if (crowd.isOpen !== isOpen) continue;
      while (!this.#stopped && crowd.nextNs <= nowNs && crowd.nextNs < this.#endNs && this.#budget > 0) {
        const atNs = crowd.nextNs;
        const identity = crowd.step();
        if (identity % shards !== shard) continue;
        if (crowd.wants(identity)) this.#come(crowd, index, identity, atNs, nowNs);
        else this.#leave(identity);
      }
    }
  }

  /** The schedule brings a user, unless it is still there from before or there are too many. */
  #come(crowd: Crowd, index: number, identity: number, atNs: number, nowNs: number): void {
    if (crowd.isFull) {
      this.#budget--;
      this.commands.push(KIND.arrival_dropped, identity, 0, DROP_CODES.max_vus, 0, nowNs - atNs);
      return;
    }
    const place = this.#placeFor(identity);
    if (this.#users.state[place] !== ABSENT) return;
    this.#alive++;
    crowd.alive++;
    this.#budget--;
    this.commands.push(KIND.user_spawned, identity);
    this.#users.crowd[place] = index;
    this.#users.readyAtNs[place] = atNs;
    this.#ready(place, nowNs);
  }

  /** The place of a user who comes. One of a closed group who comes again goes on where it was. */
  #placeFor(identity: number): number {
    const found = this.#places.find(identity);
    if (found !== NO_PLACE) return found;
    const place = this.#places.take(identity);
    assert(place !== NO_PLACE, "there is a place for every user that may be alive");
    this.#streams.assign(place, identity, 0);
    this.#users.iterations[place] = 0;
    return place;
  }

  /** The schedule wants the user no longer: it goes between two iterations. */
  #leave(identity: number): void {
    const place = this.#places.find(identity);
    if (this.#users.state[place] !== WAITING || this.#users.position[place] !== 0) return;
    this.#retire(place, RETIRE_CODES.schedule);
    this.#budget--;
  }

  #retire(place: number, reason: number): void {
    this.#endIteration(place);
    const crowd = this.#crowds[this.#users.crowd[place]!]!;
    const mayReturn = crowd.population === null || reason === RETIRE_CODES.schedule;
    this.#users.state[place] = mayReturn ? ABSENT : GONE;
    this.#users.timers.clear(place);
    this.#alive--;
    crowd.alive--;
    this.commands.push(KIND.user_retired, this.#places.identityOf(place), 0, reason, this.#users.iterations[place]!);
    this.#places.release(place);
  }

  /**
   * The user's next request is planned, for #readyAtNs: issue it now, or wait. The moment is not handed over as an
   * argument, because a number that is no small integer is boxed on its way into a function that is not inlined.
   */
  #ready(place: number, nowNs: number): void {
    const readyAtNs = this.#users.readyAtNs[place]!;
    if (readyAtNs <= nowNs) {
      this.#issue(place, nowNs);
    } else {
      this.#users.state[place] = WAITING;
      this.#users.timers.set(place, readyAtNs);
    }
  }

  #issue(place: number, nowNs: number): void {
    if (this.#users.position[place] === 0 && !this.#beginIteration(place, nowNs)) return;
    const targetCount = this.#targetCount;
    const identity = this.#places.identityOf(place);
    const request = this.#flows[this.#users.flow[place]!]!.requestAt(this.#users.step[place]!, this.#streams, place);
    const spec = this.#requests[request]!;
    const target = spec.target ?? (targetCount === 1 ? 0 : weightedIndex(this.#targetBounds, this.#streams.u32(place)));
    const index = request * targetCount + target;
    const messages = this.#messages;
    let hash = this.#hash[index]!;
    let bytes = this.#bytes[index]!;
    if (messages !== null && this.#dynamic[index] === 1) {
      messages.render(place, identity, this.#users.iterations[place]!, this.#users.position[place]!, request, target);
      hash = messages.hash;
      bytes = messages.bytes;
    }
    this.#users.state[place] = IN_FLIGHT;
    this.#users.request[place] = request;
    this.#users.position[place]!++;
    this.#inFlight++;
    this.#users.timers.setAfter(place, nowNs, spec.timeoutNs);
    this.commands.push(
      KIND.request_issued,
      identity,
      target,
      request,
      hash,
      nowNs - this.#users.readyAtNs[place]!,
      bytes,
    );
  }

  /** Chooses the flow of the user's next iteration. False when there is no row of data left for it: the run stops. */
  #beginIteration(place: number, nowNs: number): boolean {
    const group = this.#users.crowd[place]!;
    const { flows, flowBounds } = this.#crowds[group]!;
    const choice = flows.length === 1 ? 0 : weightedIndex(flowBounds, this.#streams.u32(place));
    const flow = flows[choice]!;
    this.#users.flow[place] = flow;
    const identity = this.#places.identityOf(place);
    if (this.#uniqueRows.take(place, identity, group, flow, this.#users.iterations[place]!)) return true;
    this.#users.state[place] = WAITING;
    this.#users.timers.clear(place);
    if (!this.#stopped) this.#stop(STOP_CODES.data_exhausted, nowNs);
    return false;
  }

  #endIteration(place: number): void {
    this.#users.step[place] = 0;
    this.#users.repeat[place] = 0;
    if (this.#users.position[place] === 0) return;
    this.#users.position[place] = 0;
    this.#messages?.forget(place);
  }

  /** The user's request has ended, however; what it does next. */
  #settle(place: number, succeeded: boolean, backoffNs: number, nowNs: number): void {
    const crowd = this.#crowds[this.#users.crowd[place]!]!;
    const flow = this.#flows[this.#users.flow[place]!]!;
    const onFailure = succeeded ? "continue" : flow.onFailure(this.#users.request[place]!);
    this.#inFlight--;
    this.#users.timers.clear(place);
    this.#users.state[place] = WAITING;
    if (onFailure === "stop") {
      this.#users.iterations[place]!++;
      this.#retire(place, RETIRE_CODES.failure);
      return;
    }
    const iterationEnded = onFailure === "restart" || this.#nextStep(place, flow);
    let readyAtNs = nowNs + backoffNs;
    if (iterationEnded) {
      this.#endIteration(place);
      this.#users.iterations[place]!++;
      readyAtNs += this.#drawThinkTime(place, flow);
      if (this.#users.iterations[place] === crowd.iterationsMax) {
        this.#retire(place, RETIRE_CODES.iterations);
        return;
      }
      if (!this.#stopped && !crowd.wants(this.#places.identityOf(place))) {
        this.#retire(place, RETIRE_CODES.schedule);
        return;
      }
    }
    this.#users.readyAtNs[place] = readyAtNs;
    // A user that would be ready only after the end stays, waiting without a timer, until the stop retires it.
    if (this.#stopped) this.#retire(place, RETIRE_CODES.stop);
    else if (readyAtNs < this.#endNs) this.#ready(place, nowNs);
  }

  /** Moves to the next step of the flow; true when that ended the iteration. */
  #nextStep(place: number, { steps }: FlowPlan): boolean {
    if (steps === null) return true;
    if (++this.#users.repeat[place]! < steps[this.#users.step[place]!]!.repeat) return false;
    this.#users.repeat[place] = 0;
    return ++this.#users.step[place]! === steps.length;
  }

  #drawThinkTime(place: number, { thinkTime: { minNs, maxNs } }: FlowPlan): number {
    return minNs === maxNs ? minNs : this.#streams.between(place, minNs, maxNs);
  }

  #fireTimers(nowNs: number): void {
    while (this.#budget > 0) {
      const place = this.#users.timers.take(nowNs);
      if (place < 0) return;
      this.#budget--;
      if (this.#users.state[place] === IN_FLIGHT) {
        this.commands.push(KIND.request_timed_out, this.#places.identityOf(place));
        this.#settle(place, false, 0, nowNs);
      } else if (!this.#stopped) {
        this.#issue(place, nowNs);
      }
    }
  }

  #stopIfDue(nowNs: number): void {
    // What was planned before the end is issued, even when the turn comes late: the plan does not depend on the clock.
    const duePlans =
      this.#users.timers.notBeforeNs() <= nowNs ||
      this.#crowds.some(({ nextNs }) => nextNs <= nowNs && nextNs < this.#endNs);
    if (nowNs >= this.#endNs && !duePlans) {
      this.#stop(STOP_CODES.duration, nowNs);
    } else if (this.#alive === 0 && this.#endNs === NEVER && this.#crowds.every(({ nextNs }) => nextNs === NEVER)) {
      this.#stop(STOP_CODES.iterations, nowNs);
    } else if (this.#unreached && nowNs >= NOTHING_REACHED_STOP_NS && this.#neverSent > 0) {
      this.#stop(STOP_CODES.nothing_reached, nowNs);
    }
  }

  #stop(reason: number, nowNs: number): void {
    this.#stopped = true;
    this.#giveUpAtNs = nowNs + this.#gracefulStopNs;
    this.commands.push(KIND.stop_begun, 0, 0, reason);
  }

  /** After a stop nobody who waits will ever send again. */
  #sweepWaiting(): void {
    for (; this.#swept < this.#places.capacity && this.#budget > 0; this.#swept++) {
      if (this.#users.state[this.#swept] !== WAITING) continue;
      this.#retire(this.#swept, RETIRE_CODES.stop);
      this.#budget--;
    }
  }

  /** The graceful stop is over: every request still in flight is recorded as unfinished. */
  #sweepInFlight(): void {
    for (; this.#sweptUnfinished < this.#places.capacity && this.#budget > 0; this.#sweptUnfinished++) {
      const place = this.#sweptUnfinished;
      if (this.#users.state[place] !== IN_FLIGHT) continue;
      this.commands.push(KIND.request_unfinished, this.#places.identityOf(place));
      this.#inFlight--;
      this.#retire(place, RETIRE_CODES.stop);
      this.#budget--;
    }
  }
}
