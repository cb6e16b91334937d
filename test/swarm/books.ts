/**
 * The checker that stands between the turn and the ledger: it sees every entry of one shard before it is written and
 * keeps books of its own, by rules that it shares with nobody. Written from docs/LEDGER.md and docs/SCENARIO.md.
 */
import { assert } from "../../src/base/assert.ts";
import { utf8Decode } from "../../src/base/bytes.ts";
import type { EntryRing } from "../../src/base/entry-ring.ts";
import { CONNECT_BACKOFF_NS } from "../../src/base/limits.ts";
import type { RunPlan } from "../../src/drive/run-plan.ts";
import {
  CAPTURED_SECRET,
  FAILED_SENT,
  KIND,
  KIND_NAMES,
  RESPONSE_CHECK_FAILED,
  RESPONSE_EXPECTED,
  RESPONSE_REUSED,
  STOP_CODES,
} from "../../src/model/entry.ts";
import { FAILURE_CODES } from "../../src/model/failure.ts";
import type { EntrySink } from "../../src/model/ports.ts";
import type { UserGroup } from "../../src/model/scenario.ts";
import type { ExpectedOutcome } from "../../src/sim/expectation.ts";
import { ArrivalBook } from "./arrival-book.ts";
import { captureWords, findingsIn, isAskedFor, pathOf, ruleWords, sendsSecret } from "./findings.ts";
import { FlowBook, flowRules } from "./flow-book.ts";
import { answered, failed, hashed } from "./outcome-lines.ts";

interface User {
  alive: boolean;
  readonly flow: FlowBook;
  /** The request in flight; null between two. */
  request: {
    readonly atNs: number;
    readonly plannedNs: number;
    readonly request: number;
    readonly target: number;
    /** Method and path. */
    readonly what: string;
    readonly hash: number;
    /** What was found in its answer, in words. */
    readonly findings: string[];
  } | null;
  /** What it has found in this iteration, by variable; of secrets nothing. */
  readonly captured: Map<number, string>;
  settledAtNs: number;
  backoffNs: number;
}

export class Books implements EntrySink {
  readonly counts = { issued: 0, completed: 0, failed: 0, timedOut: 0, unfinished: 0 };
  readonly connections = { opened: 0, failed: 0, closed: 0, bytesIn: 0, bytesOut: 0 };
  /** Requests in flight, by target. */
  readonly inFlight: number[];
  readonly #plan: RunPlan;
  readonly #sink: EntrySink;
  readonly #owns: (user: number) => boolean;
  readonly #calmAtNs: number;
  readonly #rules: ReturnType<typeof flowRules>;
  /** Null in a closed model. */
  readonly #arrivals: ArrivalBook | null;
  readonly #users = new Map<number, User>();
  readonly #open = new Set<number>();
  /** By request: a secret may be in it. */
  readonly #hasSecret: readonly boolean[];
  /** Index of each request, by method and path. */
  readonly #requests = new Map<string, number>();
  /** What the entries of this turn say of requests, a line each; and the requests that were given up. */
  #outcomes: string[] = [];
  #givenUp: string[] = [];
  #turnNs = -1;
  #previousTurnNs = -1;
  #stopBegun = false;
  #stopCode = 0;

  constructor(plan: RunPlan, shard: number, shards: number, calmAtNs: number, sink: EntrySink) {
    this.#plan = plan;
    this.#owns = (user) => user % shards === shard;
    this.#calmAtNs = calmAtNs;
    this.#sink = sink;
    this.inFlight = plan.scenario.targets.map(() => 0);
    this.#rules = flowRules(plan.scenario);
    this.#hasSecret = plan.scenario.requests.map((request) => sendsSecret(plan.scenario, request));
    const [{ schedule }] = plan.scenario.groups as [UserGroup];
    this.#arrivals = schedule.type === "arrivals" ? new ArrivalBook(plan.scenario, schedule, shard, shards) : null;
  }

  beginTurn(nowNs: number): void {
    this.#previousTurnNs = this.#turnNs;
    this.#turnNs = nowNs;
  }

  write(timeNs: number, ring: EntryRing, at: number): void {
    assert(timeNs === this.#turnNs, "an entry carries the time of its turn");
    this.#check(ring, at, timeNs);
    this.#sink.write(timeNs, ring, at);
  }

  /** The turn is over: what must hold between turns, and what became of requests against what the network saw. */
  endTurn(expected: readonly ExpectedOutcome[]): void {
    this.#checkOutcomes(expected);
    this.#outcomes = [];
    this.#givenUp = [];
    this.checkBalance();
  }

  #checkOutcomes(expected: readonly ExpectedOutcome[]): void {
    const lines = expected.flatMap((outcome) => this.#lineOf(outcome) ?? []).sort();
    const actual = this.#outcomes.sort();
    if (lines.join("\n") !== actual.join("\n")) {
      throw new Error(`outcomes: the network saw\n  ${lines.join("\n  ")}\nthe ledger has\n  ${actual.join("\n  ")}`);
    }
    for (const outcome of expected) {
      if (outcome.kind !== "cancelled") continue;
      const at = this.#givenUp.indexOf(outcome.request);
      if (at < 0) throw new Error(`the client cancelled ${outcome.request}, which was not given up`);
      this.#givenUp.splice(at, 1);
    }
  }

  /** What must hold between any two turns. */
  checkBalance(): void {
    for (const [identity, { request }] of this.#users) {
      if (request === null) continue;
      const deadlineNs = request.atNs + this.#plan.scenario.requests[request.request]!.timeoutNs;
      if (deadlineNs <= this.#turnNs) throw new Error(`user ${identity} is in flight beyond its deadline`);
    }
    const { issued, completed, failed, timedOut, unfinished } = this.counts;
    const open = this.inFlight.reduce((sum, count) => sum + count, 0);
    assert(issued === completed + failed + timedOut + unfinished + open, "the books do not balance");
  }

  /** The run is over. */
  end(): void {
    const alive = [...this.#users].filter(([, user]) => user.alive).map(([identity]) => identity);
    if (alive.length > 0) throw new Error(`users are left: ${alive.join(", ")}`);
    if (this.#open.size > 0) throw new Error(`connections are left: ${[...this.#open].join(", ")}`);
    assert(this.#stopBegun, "a run ends by a stop");
    this.#arrivals?.end(this.#stopCode === STOP_CODES.duration);
  }

  #check(ring: EntryRing, at: number, nowNs: number): void {
    const identity = ring.identity[at]!;
    switch (ring.kind[at]) {
      case KIND.user_spawned: {
        assert(this.#owns(identity), "a user belongs to another shard");
        const user = this.#user(identity);
        assert(!user.alive, "a user was spawned twice");
        assert(!this.#stopBegun, "a user was spawned after the stop");
        user.alive = true;
        user.flow.begin();
        user.captured.clear();
        user.settledAtNs = -1;
        this.#arrivals?.came(identity);
        return;
      }
      case KIND.arrival_dropped:
        assert(this.#arrivals !== null && !this.#stopBegun, "an arrival was dropped where none comes");
        this.#arrivals.dropped(identity, nowNs - ring.b[at]!);
        return;
      case KIND.user_retired: {
        const user = this.#user(identity);
        assert(user.alive && user.request === null, "a user retired that was not there, or whose request is open");
        assert(ring.a[at] === user.flow.iterations, "a user retired with another number of iterations");
        user.alive = false;
        this.#arrivals?.left();
        return;
      }
      case KIND.request_issued:
        this.#issued(ring, at, identity, nowNs);
        return;
      case KIND.response_received: {
        const status = ring.code[at]!;
        const over = this.#settled(identity, nowNs, this.#succeeded(ring, at), 0);
        const { plannedNs, atNs, findings } = over;
        const sentNs = plannedNs + ring.b[at]!;
        const firstByteNs = sentNs + ring.c[at]!;
        assert(plannedNs <= atNs && atNs <= sentNs, "a request was sent before it was issued");
        assert(sentNs <= firstByteNs && firstByteNs <= nowNs, "the phases of an answer are out of order");
        const how = (ring.flags[at]! & RESPONSE_REUSED) !== 0 ? "reused" : "new";
        this.#outcomes.push(answered(this.#asSent(over), sentNs, how, firstByteNs, status, ring.a[at]!, findings));
        this.counts.completed++;
        return;
      }
      case KIND.request_failed: {
        const sent = (ring.flags[at]! & FAILED_SENT) !== 0;
        const { atNs, plannedNs, target, what } = this.#settled(identity, nowNs, false, sent ? 0 : CONNECT_BACKOFF_NS);
        assert(ring.code[at]! > 0, "a failure has a kind");
        // A healthy network may still be too slow for a short time limit.
        const isTooSlow =
          ring.code[at] === FAILURE_CODES.connection_timeout || ring.code[at] === FAILURE_CODES.dns_timeout;
        assert(isTooSlow || atNs < this.#calmAtNs, "a request failed although the network had healed");
        // How a request fails is foreseen for HTTP/2, and when it was not sent; time limits are the client's own.
        if (!sent && !isTooSlow) this.#outcomes.push(failed("unsent", ring.code[at]!, ring.a[at]!, 0));
        if (sent && this.#plan.scenario.targets[target]!.httpVersion === "http2") {
          this.#outcomes.push(
            failed(`${what} sent at ${plannedNs + ring.b[at]!}`, ring.code[at]!, ring.a[at]!, ring.c[at]!),
          );
        }
        this.counts.failed++;
        return;
      }
      case KIND.request_timed_out: {
        const { atNs, request, what } = this.#settled(identity, nowNs, false, 0);
        this.#givenUp.push(what);
        assert(nowNs >= atNs + this.#plan.scenario.requests[request]!.timeoutNs, "a request timed out early");
        this.counts.timedOut++;
        return;
      }
      case KIND.request_unfinished: {
        // A request that was given up ends no iteration.
        this.#givenUp.push(this.#over(this.#user(identity), nowNs, 0).what);
        assert(this.#stopBegun, "a request was given up without a stop");
        this.counts.unfinished++;
        return;
      }
      case KIND.value_captured: {
        const capture = ring.code[at]!;
        const isSecret = (ring.flags[at]! & CAPTURED_SECRET) !== 0;
        const text = utf8Decode(ring.text[at]!);
        const { request, captured } = this.#user(identity);
        assert(request !== null, "something is found in the answer to a request in flight");
        request.findings.push(captureWords(capture, isSecret, text));
        if (!isSecret) captured.set(this.#plan.scenario.captures[capture]!.variable, text);
        return;
      }
      case KIND.check_failed: {
        const rule = ring.code[at]!;
        const { request, captured } = this.#user(identity);
        assert(request !== null, "a rule is broken by the answer to a request in flight");
        request.findings.push(ruleWords(rule));
        // A capture that finds nothing leaves its name empty.
        const capture = this.#plan.scenario.captures.find((each) => each.rule === rule);
        if (capture !== undefined) captured.delete(capture.variable);
        return;
      }
      case KIND.connection_opened:
        assert(!this.#open.has(identity), "a connection was opened twice");
        this.#open.add(identity);
        this.connections.opened++;
        return;
      case KIND.connection_failed:
        assert(!this.#open.has(identity), "a connection failed to open that is open");
        this.connections.failed++;
        return;
      case KIND.connection_closed:
        assert(this.#open.delete(identity), "a connection was closed that is not open");
        this.connections.closed++;
        this.connections.bytesIn += ring.b[at]!;
        this.connections.bytesOut += ring.c[at]!;
        return;
      case KIND.stop_begun:
        assert(!this.#stopBegun, "a run stops once");
        this.#stopBegun = true;
        this.#stopCode = ring.code[at]!;
        return;
      case KIND.target_resolved:
      case KIND.heartbeat:
      case KIND.backpressure_on:
      case KIND.backpressure_off:
      case KIND.stop_requested:
        return;
      default:
        throw new Error(`a shard wrote an entry of kind ${KIND_NAMES[ring.kind[at]!] ?? ring.kind[at]}`);
    }
  }

  #issued(ring: EntryRing, at: number, identity: number, nowNs: number): void {
    const user = this.#user(identity);
    const { scenario, rendered } = this.#plan;
    const request = ring.code[at]!;
    const target = ring.flags[at]!;
    const plannedNs = nowNs - ring.b[at]!;
    assert(user.alive, "a user that is not there sends a request");
    assert(user.request === null, "a user has two requests in flight");
    assert(!this.#stopBegun, "a request was issued after the stop");
    assert(plannedNs < (scenario.durationNs ?? Number.MAX_SAFE_INTEGER), "a request was planned after the end");
    assert(
      plannedNs > this.#previousTurnNs && plannedNs <= nowNs,
      "a request was not issued by the first turn it could",
    );
    assert(
      scenario.requests[request]!.target === null || scenario.requests[request]!.target === target,
      "wrong target",
    );
    const form = request * scenario.targets.length + target;
    const isFixed = rendered.dynamic[form] === 0;
    const isSame = ring.a[at] === rendered.hash[form] && ring.c[at] === rendered.bytes[form];
    assert(!isFixed || isSame, "the rendered request differs");
    if (user.settledAtNs < 0) {
      this.#arrivals?.planned(identity, plannedNs);
    } else {
      const { minNs, maxNs } = user.flow.pause;
      const pauseNs = plannedNs - user.settledAtNs - user.backoffNs;
      assert(pauseNs >= minNs && pauseNs <= maxNs, "a pause is not as long as the scenario says");
    }
    const iterationsMax = this.#arrivals === null ? (scenario.iterations ?? Number.MAX_SAFE_INTEGER) : 1;
    assert(user.flow.iterations < iterationsMax, "a user has done its iterations");
    user.flow.issue(request);
    const { method, path } = scenario.requests[request]!;
    const { iterations, rowsTaken } = user.flow;
    const sender = { identity, iterations, rowsTaken, captured: user.captured };
    const what = `${method} ${scenario.targets[target]!.basePath}${pathOf(path, scenario, sender)}`;
    this.#requests.set(what, request);
    user.request = { atNs: nowNs, plannedNs, request, target, what, hash: ring.a[at]!, findings: [] };
    this.inFlight[target]!++;
    this.counts.issued++;
  }

  #settled(identity: number, nowNs: number, succeeded: boolean, backoffNs: number): NonNullable<User["request"]> {
    const user = this.#user(identity);
    const request = this.#over(user, nowNs, backoffNs);
    user.flow.settle(request.request, succeeded);
    if (user.flow.position === 0) user.captured.clear();
    return request;
  }

  /** Whether an answer is one that was asked for: by its status and the rules that it breaks, which its flags must say. */
  #succeeded(ring: EntryRing, at: number): boolean {
    const { request } = this.#user(ring.identity[at]!);
    assert(request !== null, "an outcome belongs to no request");
    const status = ring.code[at]!;
    const { rules } = this.#plan.scenario;
    const isBroken = rules.some((_, rule) => request.findings.includes(ruleWords(rule)));
    const isAsked = isAskedFor(this.#plan.scenario, request.request, status);
    assert(((ring.flags[at]! & RESPONSE_CHECK_FAILED) !== 0) === isBroken, "an answer says whether it breaks a rule");
    assert(((ring.flags[at]! & RESPONSE_EXPECTED) !== 0) === isAsked, "an answer says whether its status is asked for");
    return !isBroken && (status < 400 || isAsked);
  }

  #over(user: User, nowNs: number, backoffNs: number): NonNullable<User["request"]> {
    const { request } = user;
    assert(request !== null, "an outcome belongs to no request");
    user.request = null;
    user.settledAtNs = nowNs;
    user.backoffNs = backoffNs;
    this.inFlight[request.target]!--;
    return request;
  }

  #user(identity: number): User {
    let user = this.#users.get(identity);
    if (user === undefined) {
      const flow = new FlowBook(this.#plan.scenario, this.#rules);
      user = { alive: false, flow, request: null, captured: new Map(), settledAtNs: -1, backoffNs: 0 };
      this.#users.set(identity, user);
    }
    return user;
  }

  /** How the network knows the request: over HTTP/1.1 also by its hash, unless a shadow stood for a secret in it. */
  #asSent({ request, target, what, hash }: NonNullable<User["request"]>): string {
    const isHttp1 = this.#plan.scenario.targets[target]!.httpVersion === "http1.1";
    return isHttp1 && !this.#hasSecret[request] ? hashed(what, hash) : what;
  }

  /** What the ledger must say of an outcome that is known to this turn; null when it says nothing. */
  #lineOf(outcome: ExpectedOutcome): string | null {
    switch (outcome.kind) {
      case "answered": {
        const { request, sentNs, reused, firstByteNs, status, bytes, gift } = outcome;
        const index = this.#requests.get(request);
        assert(index !== undefined, "an answer is to a request that was issued");
        const findings = findingsIn(this.#plan.scenario, index, status, gift);
        const isTold = outcome.hash !== undefined && !this.#hasSecret[index];
        const what = isTold ? hashed(request, outcome.hash) : request;
        const how = reused ? "reused" : "new";
        return answered(what, sentNs, how, firstByteNs ?? this.#turnNs, status, bytes, findings);
      }
      case "failed":
        return failed(`${outcome.request} sent at ${outcome.sentNs}`, outcome.failure, outcome.errno, outcome.bytes);
      case "unsent":
        return failed("unsent", outcome.failure, outcome.errno, 0);
      case "cancelled":
      case "returned":
        return null;
    }
  }
}
