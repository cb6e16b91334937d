/** A flow as the engine steps through it: which request comes when, and what a failure means. */
import type { RandomStreams } from "../base/prng.ts";
import type { OnFailure } from "../model/rule.ts";
import type { Flow, Scenario, SequenceStep } from "../model/scenario.ts";
import { weightedIndex, weightTable } from "./weights.ts";

export class FlowPlan {
  readonly steps: readonly SequenceStep[] | null;
  readonly thinkTime: Flow["thinkTime"];
  readonly #requests: readonly number[];
  readonly #bounds: Float64Array;
  readonly #onFailure: OnFailure;
  /** By request: what it says itself. */
  readonly #ofRequests: readonly (OnFailure | null)[];

  constructor(flow: Flow, scenario: Scenario) {
    this.steps = flow.steps;
    // A copy: code that was compiled for the flows of a warm-up fits those of the run, which came from another thread.
    this.thinkTime = { minNs: flow.thinkTime.minNs, maxNs: flow.thinkTime.maxNs };
    this.#requests = flow.requests;
    this.#bounds = weightTable(flow.requests.map((request) => scenario.requests[request]!.weight));
    this.#onFailure = flow.onFailure;
    this.#ofRequests = scenario.requests.map((request) => request.onFailure);
  }

  /** The request of a step. Without steps one is chosen; with only one to choose nothing is drawn. */
  requestAt(step: number, streams: RandomStreams, place: number): number {
    if (this.steps !== null) return this.steps[step]!.request;
    if (this.#requests.length === 1) return this.#requests[0]!;
    return this.#requests[weightedIndex(this.#bounds, streams.u32(place))]!;
  }

  /** What a user does after this request has failed. */
  onFailure(request: number): OnFailure {
    return this.#ofRequests[request] ?? this.#onFailure;
  }
}
