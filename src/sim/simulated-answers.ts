/**
 * What a modelled answer holds besides its status: whatever the scenario asks for. Status rules are judged, for the
 * model decides on the status; content has no model, so every other rule of an answer that is none of an error holds,
 * and each capture finds a text that names the user.
 */
import { utf8Encode } from "../base/bytes.ts";
import type { EntryRing } from "../base/entry-ring.ts";
import { shadowOf } from "../base/escape.ts";
import { CAPTURED_SECRET, KIND, RESPONSE_CHECK_FAILED, RESPONSE_EXPECTED } from "../model/entry.ts";
import type { HideSecret } from "../model/ports.ts";
import type { Capture, Check } from "../model/rule.ts";
import type { Scenario } from "../model/scenario.ts";

interface Asked {
  /** Index of the status rule, and its ranges; null for none. */
  readonly status: { readonly rule: number; readonly ranges: (Check & { kind: "status" })["ranges"] } | null;
  /** The rules about anything else, which an error breaks. */
  readonly others: readonly number[];
  readonly captures: readonly { readonly index: number; readonly capture: Capture }[];
}

export class SimulatedAnswers {
  readonly #scenario: Scenario;
  readonly #hide: HideSecret;
  /** By request. */
  readonly #asked: readonly Asked[];

  constructor(scenario: Scenario, hide: HideSecret) {
    this.#scenario = scenario;
    this.#hide = hide;
    this.#asked = scenario.requests.map((_, request) => askedOf(scenario, request));
  }

  /** Inputs that one answer may give at most, itself included. */
  get inputsMax(): number {
    return 1 + Math.max(0, ...this.#asked.map(({ others, captures }) => 1 + others.length + captures.length));
  }

  /** Pushes what is found in an answer, and returns the flags that its response_received has. */
  judge(inputs: EntryRing, user: number, request: number, status: number): number {
    const { status: rule, others, captures } = this.#asked[request]!;
    const isAskedFor = rule?.ranges.some(([from, to]) => status >= from && status <= to) === true;
    const isError = status >= 400 && !isAskedFor;
    const broken = rule !== null && !isAskedFor ? [rule.rule] : [];
    if (isError) broken.push(...others);
    for (const each of broken) inputs.push(KIND.check_failed, user, 0, each);
    if (!isError) for (const { index, capture } of captures) this.#capture(inputs, user, index, capture);
    return (broken.length > 0 ? RESPONSE_CHECK_FAILED : 0) | (isAskedFor ? RESPONSE_EXPECTED : 0);
  }

  #capture(inputs: EntryRing, user: number, index: number, { variable, secret }: Capture): void {
    const value = `${this.#scenario.variables[variable]!}-${user}`;
    const text = secret ? JSON.stringify(shadowOf(value, this.#hide)) : value;
    inputs.pushText(KIND.value_captured, user, secret ? CAPTURED_SECRET : 0, index, utf8Encode(text));
  }
}

function askedOf({ rules, captures }: Scenario, request: number): Asked {
  let status: Asked["status"] = null;
  const others: number[] = [];
  for (const [index, { request: whose, check }] of rules.entries()) {
    if (whose !== request) continue;
    if (check.kind === "status") status = { rule: index, ranges: check.ranges };
    else others.push(index);
  }
  const own = captures.flatMap((capture, index) => (capture.request === request ? [{ index, capture }] : []));
  return { status, others, captures: own };
}
