/** Names for the indexes in events: which request and which target an event is about, by the scenario. */
import type { LedgerEvent } from "../ledger/event.ts";
import type { Scenario } from "../model/scenario.ts";

/** Absent where an event is about no request, or an index is not in the scenario. */
export interface EventNames {
  readonly requestName?: string;
  readonly targetName?: string;
}

const NONE: EventNames = {};

export class EventNaming {
  readonly #scenario: Scenario;
  /** By user: the names of what was issued last, which its outcome gets too. */
  readonly #issued: EventNames[] = [];

  constructor(scenario: Scenario) {
    this.#scenario = scenario;
  }

  /** The names of one event. Events of a shard must come in order. */
  of(event: LedgerEvent): EventNames {
    switch (event.kind) {
      case "request_issued": {
        const names = { ...this.#request(event.request), ...this.#target(event.target) };
        if (event.user < this.#scenario.usersMax) this.#issued[event.user] = names;
        return names;
      }
      case "response_received":
      case "request_failed":
      case "request_timed_out":
      case "request_unfinished":
        return this.#issued[event.user] ?? NONE;
      case "connection_opened":
      case "connection_failed":
      case "target_resolved":
        return this.#target(event.target);
      default:
        return NONE;
    }
  }

  #request(index: number): EventNames {
    const request = this.#scenario.requests[index];
    return request === undefined ? NONE : { requestName: request.name };
  }

  #target(index: number): EventNames {
    const target = this.#scenario.targets[index];
    // A single [target] has no name; its URL says which it is.
    return target === undefined ? NONE : { targetName: target.name === "" ? target.baseUrl : target.name };
  }
}
