/**
 * Where one user is in its iterations, by docs/SCENARIO.md: which request may come next, when an iteration is over, and
 * when the user has to leave. A flow is known by its first request, as the worlds of the swarm are drawn.
 */
import { assert } from "../../src/base/assert.ts";
import type { Flow, RequestSpec, Scenario } from "../../src/model/scenario.ts";

interface FlowRules {
  readonly flow: Flow;
  /** Requests of one iteration in order; null when it is one of the flow's requests. */
  readonly order: readonly number[] | null;
  /** A row of data is used by an iteration. */
  readonly takesRow: boolean;
}

export function flowRules({ flows, requests }: Scenario): readonly FlowRules[] {
  return flows.map((flow) => ({
    flow,
    order: flow.steps?.flatMap(({ request, repeat }) => Array.from({ length: repeat }, () => request)) ?? null,
    takesRow: flow.requests.some((request) => hasRow(requests[request]!)),
  }));
}

/** Rows are used in paths only. */
function hasRow({ path }: RequestSpec): boolean {
  return typeof path !== "string" && path.parts.some((part) => part.kind === "value" && part.value.kind === "data");
}

export class FlowBook {
  readonly #scenario: Scenario;
  readonly #rules: readonly FlowRules[];
  /** The flow of this iteration, or of the last one between two. */
  #rule: FlowRules | null = null;
  /** Requests issued in this iteration. */
  position = 0;
  iterations = 0;
  /** Iterations of those that take a row, the one under way among them. */
  rowsTaken = 0;
  mustLeave = false;

  constructor(scenario: Scenario, rules: readonly FlowRules[]) {
    this.#scenario = scenario;
    this.#rules = rules;
  }

  /** The pause that must be between the last request's end and the next one. */
  get pause(): Flow["thinkTime"] {
    return this.position === 0 && this.#rule !== null ? this.#rule.flow.thinkTime : { minNs: 0, maxNs: 0 };
  }

  /** The user begins its life anew. */
  begin(): void {
    this.position = 0;
    this.#rule = null;
  }

  issue(request: number): void {
    assert(!this.mustLeave, "a user that was to leave sends a request");
    if (this.position === 0) {
      const first = ({ order, flow }: FlowRules): boolean =>
        order === null ? flow.requests.includes(request) : order[0] === request;
      this.#rule = this.#rules.find(first) ?? null;
      assert(this.#rule !== null, "no flow begins with this request");
      if (this.#rule.takesRow) this.rowsTaken++;
    } else {
      assert(this.#rule?.order?.[this.position] === request, "the order of the flow was not kept");
    }
    this.position++;
  }

  settle(request: number, succeeded: boolean): void {
    const { flow, order } = this.#rule!;
    const onFailure = succeeded ? "continue" : (this.#scenario.requests[request]!.onFailure ?? flow.onFailure);
    if (onFailure === "continue" && this.position < (order?.length ?? 1)) return;
    this.position = 0;
    this.iterations++;
    this.mustLeave = onFailure === "stop";
  }
}
