/** The life of one virtual user, or of one arrival of an open group, as its ledger tells it. */
import { eventOf, type LedgerEvent } from "../ledger/event.ts";
import { type Entry, KIND } from "../model/entry.ts";
import type { RequestRecord } from "../model/request-record.ts";
import type { Shortened, UserStep } from "../model/story.ts";
import { FirstItems } from "./first-items.ts";
import { readRecordedRun, UnusableLedger } from "./recorded-run.ts";
import { isOfRequest, RequestJoin } from "./request-join.ts";
import { type SoundRun, soundRun } from "./sound-end.ts";

/**
 * The first `limit` steps of `user`, or of the arrival with that identity, in the ledger at `path`. Throws
 * UnusableLedger, also for a user that it has not.
 */
export function inspectUser(
  path: string,
  user: number,
  limit: number,
): SoundRun & { readonly steps: Shortened<UserStep> } {
  const steps = new FirstItems<UserStep>(limit);
  let story: UserStory | null = null;
  const read = readRecordedRun(path, ({ scenario, manifest }) => {
    if (user >= scenario.identities) {
      throw new UnusableLedger(`${path} has no user ${user}: its users are 0 to ${scenario.identities - 1}`);
    }
    const begun = new UserStory(user, steps);
    const shard = user % manifest.shards;
    story = begun;
    return (entry, from, text) => {
      if (from === shard) begun.add(entry, text);
    };
  });
  const sound = soundRun(path, read);
  (story as UserStory | null)!.close();
  return { ...sound, steps };
}

class UserStory {
  readonly #user: number;
  readonly #steps: FirstItems<UserStep>;
  readonly #join: RequestJoin;
  /** Open connections of this user's shard that were opened for this user. */
  readonly #connections = new Set<number>();
  /** End of the last request; null before the first. */
  #endNs: number | null = null;
  /** What was found in the response that comes next; told behind its request. */
  #findings: UserStep[] = [];

  constructor(user: number, steps: FirstItems<UserStep>) {
    this.#user = user;
    this.#steps = steps;
    // Only this user's requests are joined.
    this.#join = new RequestJoin({ usersMax: 1, identities: user + 1 }, (request) => this.#addRequest(request));
  }

  add(entry: Entry, text: Uint8Array | null): void {
    if (isOfRequest(entry.kind)) {
      if (entry.identity !== this.#user) return;
      if (entry.kind === KIND.request_issued) this.#addPause(entry.timeNs - entry.b, entry.timeNs);
      this.#join.add(entry);
      return;
    }
    if (!this.#concerns(entry)) return;
    const step = stepOf(eventOf(entry, text));
    if (step.kind === "check_failed" || step.kind === "captured") this.#findings.push(step);
    else this.#steps.add(() => step);
  }

  close(): void {
    this.#join.close();
  }

  #addRequest(request: RequestRecord): void {
    this.#endNs = request.endNs;
    this.#steps.add(() => ({ kind: "request", request: { ...request } }));
    for (const step of this.#findings) this.#steps.add(() => step);
    this.#findings = [];
  }

  #addPause(plannedNs: number, issuedNs: number): void {
    const endNs = this.#endNs;
    if (endNs !== null && plannedNs > endNs) {
      this.#steps.add(() => ({ kind: "paused", timeNs: issuedNs, pausedNs: plannedNs - endNs }));
    }
  }

  #concerns(entry: Entry): boolean {
    switch (entry.kind) {
      case KIND.user_spawned:
      case KIND.user_retired:
      case KIND.arrival_dropped:
      case KIND.check_failed:
      case KIND.value_captured:
        return entry.identity === this.#user;
      case KIND.connection_opened:
        // The number may have been another user's before.
        if (entry.a === this.#user) this.#connections.add(entry.identity);
        else this.#connections.delete(entry.identity);
        return entry.a === this.#user;
      case KIND.connection_closed:
        return this.#connections.delete(entry.identity);
      default:
        return false;
    }
  }
}

function stepOf(event: LedgerEvent): UserStep {
  switch (event.kind) {
    case "user_spawned":
      return { kind: "spawned", timeNs: event.timeNs };
    case "user_retired":
      return { ...event, kind: "retired" };
    case "arrival_dropped":
      return { kind: "dropped", timeNs: event.timeNs, reason: event.reason };
    case "check_failed":
      return { kind: "check_failed", timeNs: event.timeNs, rule: event.rule };
    case "value_captured": {
      const { timeNs, capture, secret, text } = event;
      return { kind: "captured", timeNs, capture, text: secret ? null : text };
    }
    case "connection_opened":
    case "connection_closed":
      return event;
    default:
      throw new TypeError(`no step of a user: ${event.kind}`);
  }
}
