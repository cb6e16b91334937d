/** Names for the indexes in events: which request, target, rule or variable an event is about, by the scenario. */
import { NO_PLACE, Places } from "../base/places.ts";
import type { LedgerEvent } from "../ledger/event.ts";
import type { Scenario } from "../model/scenario.ts";

/** Absent where an event is about no request, or an index is not in the scenario. */
export interface EventNames {
  readonly requestName?: string;
  readonly targetName?: string;
  /** What a response was not, in words: "status 2xx". */
  readonly ruleName?: string;
  /** The variable that keeps what was captured. */
  readonly variableName?: string;
}

const NONE: EventNames = {};

export class EventNaming {
  readonly #scenario: Scenario;
  readonly #places: Places;
  /** By place: the names of what its user has in flight. */
  readonly #issued: (EventNames | undefined)[] = [];

  constructor(scenario: Scenario) {
    this.#scenario = scenario;
    this.#places = Places.among(scenario.identities, scenario.usersMax);
  }

  /** The names of one event. Events of a shard must come in order. */
  of(event: LedgerEvent): EventNames {
    switch (event.kind) {
      case "request_issued": {
        const names = { ...this.#request(event.request), ...this.#target(event.target) };
        const place = event.user < this.#scenario.identities ? this.#places.take(event.user) : NO_PLACE;
        if (place !== NO_PLACE) this.#issued[place] = names;
        return names;
      }
      case "check_failed": {
        const words = this.#scenario.rules[event.rule]?.words;
        return { ...this.#inFlight(event.user), ...(words === undefined ? {} : { ruleName: words }) };
      }
      case "value_captured": {
        const capture = this.#scenario.captures[event.capture];
        const name = capture === undefined ? undefined : this.#scenario.variables[capture.variable];
        return { ...this.#inFlight(event.user), ...(name === undefined ? {} : { variableName: name }) };
      }
      case "response_received":
      case "request_failed":
      case "request_timed_out":
      case "request_unfinished":
        return this.#settle(event.user);
      case "connection_opened":
      case "connection_failed":
      case "target_resolved":
        return this.#target(event.target);
      default:
        return NONE;
    }
  }

  #inFlight(user: number): EventNames {
    const place = user < this.#scenario.identities ? this.#places.find(user) : NO_PLACE;
    return (place === NO_PLACE ? undefined : this.#issued[place]) ?? NONE;
  }

  /** The names of what this user had in flight, which an outcome gets too. */
  #settle(user: number): EventNames {
    const names = this.#inFlight(user);
    if (names !== NONE) {
      const place = this.#places.find(user);
      this.#issued[place] = undefined;
      this.#places.release(place);
    }
    return names;
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
