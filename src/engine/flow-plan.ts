/** A flow as the engine steps through it: which request comes when, what a failure means, how much data there is. */
import type { RandomStreams } from "../base/prng.ts";
import type { OnFailure } from "../model/rule.ts";
import type { Flow, Scenario, SequenceStep } from "../model/scenario.ts";
import type { Part, Text } from "../model/template.ts";
import { weightedIndex, weightTable } from "./weights.ts";

export class FlowPlan {
  readonly steps: readonly SequenceStep[] | null;
  readonly thinkTime: Flow["thinkTime"];
  /** Iterations need a row below this of data that no two may share; infinity when there is no such data. */
  readonly rowsMax: number;
  readonly #requests: readonly number[];
  readonly #bounds: Float64Array;
  readonly #onFailure: OnFailure;
  /** By request: what it says itself. */
  readonly #ofRequests: readonly (OnFailure | null)[];

  constructor(flow: Flow, scenario: Scenario) {
    this.steps = flow.steps;
    this.thinkTime = flow.thinkTime;
    this.#requests = flow.requests;
    this.#bounds = weightTable(flow.requests.map((request) => scenario.requests[request]!.weight));
    this.#onFailure = flow.onFailure;
    this.#ofRequests = scenario.requests.map((request) => request.onFailure);
    this.rowsMax = uniqueRows(flow, scenario);
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

/** Rows of the shortest data set with unique rows that the flow's requests use. */
function uniqueRows(flow: Flow, scenario: Scenario): number {
  let rows = Number.POSITIVE_INFINITY;
  const visit = (parts: readonly Part[]): void => {
    for (const part of parts) {
      if (part.kind === "base64") visit(part.parts);
      if (part.kind !== "value" || part.value.kind !== "data") continue;
      const set = scenario.data[part.value.set]!;
      if (set.pick === "unique") rows = Math.min(rows, set.rows);
    }
  };
  const visitText = (text: Text): void => {
    if (typeof text !== "string") visit(text.parts);
  };
  for (const index of flow.requests) {
    const { path, headers, body, target } = scenario.requests[index]!;
    visitText(path);
    for (const [, value] of headers) visitText(value);
    if (body !== null && !(body instanceof Uint8Array)) visit(body);
    const targets = target === null ? scenario.targets : [scenario.targets[target]!];
    for (const [, value] of targets.flatMap((each) => each.headers)) visitText(value);
  }
  return rows;
}
