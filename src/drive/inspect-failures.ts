/** Every request without a complete response, with the past of its user: what was sent before, and over what. */
import { eventOf } from "../ledger/event.ts";
import { type Entry, KIND } from "../model/entry.ts";
import type { RequestRecord } from "../model/request-record.ts";
import type { Scenario } from "../model/scenario.ts";
import type { FailureStory, Shortened, UserPast } from "../model/story.ts";
import { FirstItems } from "./first-items.ts";
import { readRecordedRun } from "./recorded-run.ts";
import { RequestJoin } from "./request-join.ts";
import { type SoundRun, soundRun } from "./sound-end.ts";

/** The first `limit` failures and time-outs in the ledger at `path`. Throws UnusableLedger. */
export function inspectFailures(
  path: string,
  limit: number,
): SoundRun & { readonly failures: Shortened<FailureStory> } {
  const failures = new FirstItems<FailureStory>(limit);
  const read = readRecordedRun(path, ({ scenario, manifest }) => {
    const pasts = new Pasts(scenario, manifest.shards);
    const join = new RequestJoin(scenario, (request) => {
      if (request.outcome === "failed" || request.outcome === "timed_out") {
        failures.add(() => ({ request: { ...request }, past: pasts.of(request.user) }));
      }
      pasts.addRequest(request);
    });
    return (entry, shard) => {
      pasts.add(entry, shard);
      join.add(entry);
    };
  });
  return { ...soundRun(path, read), failures };
}

/** A UserPast that still grows. */
type Growing<Past> = { -readonly [Key in keyof Past]: Past[Key] };
type Connection = Growing<NonNullable<UserPast["connection"]>>;

/**
 * What is known of every user so far: one row per user, one per open connection. An arrival never comes back, so that
 * its row goes with it.
 */
class Pasts {
  readonly #groups: Scenario["groups"];
  /** By user. */
  readonly #pasts = new Map<number, Growing<UserPast>>();
  /** By shard and number: the open connections. */
  readonly #open: readonly Map<number, Connection>[];

  constructor({ groups }: Scenario, shards: number) {
    this.#groups = groups;
    this.#open = Array.from({ length: shards }, () => new Map());
  }

  /** A copy of what is known of `user`. */
  of(user: number): UserPast {
    const past = this.#row(user);
    return { ...past, connection: past.connection === null ? null : { ...past.connection } };
  }

  addRequest({ user, outcome, status, endNs }: RequestRecord): void {
    const past = this.#row(user);
    past.requests++;
    past.last = { outcome, status, endNs };
    if (status > 0 && past.connection !== null) (past.connection as Connection).answers++;
  }

  /** Takes an entry about users and connections; others are ignored. */
  add(entry: Entry, shard: number): void {
    if (entry.kind === KIND.user_spawned) {
      this.#row(entry.identity);
    } else if (entry.kind === KIND.user_retired) {
      if (this.#isArrival(entry.identity)) this.#pasts.delete(entry.identity);
    } else if (entry.kind === KIND.connection_opened) {
      const connection = { connection: entry.identity, openedNs: entry.timeNs, answers: 0, closed: null };
      this.#open[shard]?.set(entry.identity, connection);
      // Of an arrival that is gone nothing is kept, even when the connection that was asked for it comes late.
      if (this.#pasts.has(entry.a) || !this.#isArrival(entry.a)) this.#row(entry.a).connection = connection;
    } else if (entry.kind === KIND.connection_closed) {
      const connection = this.#open[shard]?.get(entry.identity);
      const event = eventOf(entry);
      if (connection === undefined || event.kind !== "connection_closed") return;
      connection.closed = { timeNs: event.timeNs, reason: event.reason };
      this.#open[shard]!.delete(entry.identity);
    }
  }

  #isArrival(user: number): boolean {
    return this.#groups.some(
      ({ schedule, firstIdentity, identities }) =>
        schedule.type === "arrivals" && user >= firstIdentity && user < firstIdentity + identities,
    );
  }

  #row(user: number): Growing<UserPast> {
    let past = this.#pasts.get(user);
    if (past === undefined) {
      past = { requests: 0, last: null, connection: null };
      this.#pasts.set(user, past);
    }
    return past;
  }
}
