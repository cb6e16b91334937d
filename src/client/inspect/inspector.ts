/**
 * Looks into answers: whether they keep the rules of their request, and what they give to the rest of the iteration.
 *
 *   tap ──► the codec fills it ──► inspect ──► findings: flags, broken rules, captured values ──► release
 *
 * A request whose answers need no look at fields or content has no tap; its status rules cost a comparison. Rules are
 * judged for every complete answer, whatever its status. Where content is not at hand (too long, in a coding that
 * nobody knows, damaged), the rules about it are broken; the answer itself is counted like any other.
 */
import { assert } from "../../base/assert.ts";
import { latin1Encode, utf8Decode, utf8Encode } from "../../base/bytes.ts";
import { shadowOf } from "../../base/escape.ts";
import { CAPTURED_BYTES_MAX, REGEX_INPUT_BYTES_MAX, REGEX_STEPS_MAX } from "../../base/limits.ts";
import { RESPONSE_CHECK_FAILED, RESPONSE_EXPECTED } from "../../model/entry.ts";
import type { CompilePattern, HideSecret, Pattern } from "../../model/ports.ts";
import type { Capture, Check, Finder, Rule } from "../../model/rule.ts";
import type { Scenario } from "../../model/scenario.ts";
import { WantedFields } from "../../protocol/response-tap.ts";
import { ContentPool } from "./content-pool.ts";
import { textAt, valueAt } from "./json-pointer.ts";
import { type ContentTools, ResponseBody } from "./response-body.ts";
import { cookieValue } from "./set-cookie.ts";
import { Tap, type TapPlan } from "./tap.ts";

/** What only io does well. */
export interface InspectionTools extends ContentTools {
  readonly compilePattern: CompilePattern;
  readonly hide: HideSecret;
}

export interface Captured {
  /** Index into the scenario's `captures`. */
  readonly capture: number;
  /** UTF-8 of the value; of a secret one, of the JSON of its Shadow. */
  readonly text: Uint8Array;
  /** The value of a secret capture; null for others. */
  readonly secret: string | null;
}

export interface Findings {
  /** Of RESPONSE_CHECK_FAILED and RESPONSE_EXPECTED. */
  readonly flags: number;
  /** Indices into the scenario's `rules`, rising. */
  readonly broken: readonly number[];
  readonly captured: readonly Captured[];
}

const NOTHING: Findings = { flags: 0, broken: [], captured: [] };
const EXPECTED: Findings = { ...NOTHING, flags: RESPONSE_EXPECTED };

/** What the answers to one request are judged by. */
interface RequestPlan {
  /** With their indices among all. */
  readonly rules: readonly (readonly [index: number, rule: Rule])[];
  readonly captures: readonly (readonly [index: number, capture: Capture])[];
  /** Null where the status says all; for targets without and with cookies. */
  readonly taps: readonly [TapPlan | null, TapPlan | null];
}

export class Inspector {
  /** Inputs that one answer brings at most, besides its own: of rules and of captures. */
  readonly inputsMax: number;
  readonly #tools: InspectionTools;
  /** By request. */
  readonly #plans: readonly RequestPlan[];
  /** By target: 1 where users keep cookies. */
  readonly #cookies: readonly (0 | 1)[];
  /** By index among all captures: its regular expression; undefined for other finders. */
  readonly #patterns: readonly (Pattern | undefined)[];
  readonly #pool = new ContentPool();
  readonly #idle: Tap[] = [];

  constructor(scenario: Scenario, tools: InspectionTools) {
    this.#tools = tools;
    this.#plans = scenario.requests.map((_, request) => planOf(scenario, request));
    this.#cookies = scenario.targets.map((target) => (target.cookies ? 1 : 0));
    this.#patterns = scenario.captures.map(({ finder }) =>
      finder.kind === "regex" ? compiled(finder.source, tools) : undefined,
    );
    this.inputsMax = Math.max(0, ...this.#plans.map(({ rules, captures }) => rules.length + captures.length));
  }

  /** A tap for the answer to a request, to be released when that is over; null when nothing has to be kept of it. */
  tap(request: number, target: number): Tap | null {
    const plan = this.#plans[request]!.taps[this.#cookies[target]!];
    if (plan === null) return null;
    const idle = this.#idle.pop();
    if (idle === undefined) return new Tap(this.#pool, plan);
    idle.begin(plan);
    return idle;
  }

  /** Takes back a tap, whose answer is over or will never come. */
  release(tap: Tap): void {
    tap.release();
    this.#idle.push(tap);
  }

  /** Judges a complete answer. @param tap what `tap` gave for it. */
  inspect(request: number, status: number, tap: Tap | null): Findings {
    const plan = this.#plans[request]!;
    if (plan.rules.length === 0) return NOTHING;
    if (tap === null) return byStatus(plan.rules, status);
    const body = new ResponseBody(this.#tools, tap.kept, tap.values("content-encoding"));
    const captured: Captured[] = [];
    for (const [index, capture] of plan.captures) {
      const value = this.#find(index, capture.finder, tap, body);
      const found = value === null ? null : this.#captured(index, capture.secret, value);
      if (found !== null) captured.push(found);
    }
    const broken: number[] = [];
    let isExpected = false;
    for (const [index, { check }] of plan.rules) {
      if (!this.#holds(check, status, tap, body, captured)) broken.push(index);
      else if (check.kind === "status") isExpected = true;
    }
    if (broken.length === 0 && captured.length === 0) return isExpected ? EXPECTED : NOTHING;
    const failed = broken.length > 0 ? RESPONSE_CHECK_FAILED : 0;
    return { flags: failed | (isExpected ? RESPONSE_EXPECTED : 0), broken, captured };
  }

  #holds(check: Check, status: number, tap: Tap, body: ResponseBody, captured: readonly Captured[]): boolean {
    switch (check.kind) {
      case "status":
        return isStatus(check, status);
      case "header":
        return tap.values(check.name).some((value) => utf8Text(value) === check.value);
      case "body_bytes_max":
        return tap.contentBytes <= check.bytes;
      case "body_contains":
        return body.text?.includes(check.text) ?? false;
      case "json":
        return valueAt(body.json, check.pointer) === check.value;
      case "captured":
        return captured.some(({ capture }) => capture === check.capture);
    }
  }

  #find(index: number, finder: Finder, tap: Tap, body: ResponseBody): string | null {
    switch (finder.kind) {
      case "header": {
        const value = tap.values(finder.name)[0];
        return value === undefined ? null : utf8Text(value);
      }
      case "cookie": {
        const value = cookieValue(tap.values("set-cookie"), finder.name);
        return value === null ? null : utf8Text(value);
      }
      case "json":
        return body.text === null ? null : textAt(body.text, body.json, finder.pointer);
      case "regex":
        return firstGroup(this.#patterns[index]!, body);
    }
  }

  #captured(capture: number, isSecret: boolean, value: string): Captured | null {
    if (value.length > CAPTURED_BYTES_MAX) return null;
    const text = utf8Encode(value);
    if (text.length > CAPTURED_BYTES_MAX) return null;
    if (!isSecret) return { capture, text, secret: null };
    return { capture, text: utf8Encode(JSON.stringify(shadowOf(value, this.#tools.hide))), secret: value };
  }
}

function compiled(source: string, tools: InspectionTools): Pattern {
  const pattern = tools.compilePattern(source);
  assert(typeof pattern !== "string", "a regular expression that was loaded does not compile");
  return pattern;
}

function firstGroup(pattern: Pattern, body: ResponseBody): string | null {
  const text = body.beginning(Math.min(REGEX_INPUT_BYTES_MAX, Math.floor(REGEX_STEPS_MAX / pattern.size)));
  return text === null ? null : pattern.firstGroup(text);
}

/** Findings where all rules are about the status. */
function byStatus(rules: RequestPlan["rules"], status: number): Findings {
  if (rules.every(([, { check }]) => isStatus(check, status))) return EXPECTED;
  const broken = rules.filter(([, { check }]) => !isStatus(check, status)).map(([index]) => index);
  return { flags: RESPONSE_CHECK_FAILED, broken, captured: [] };
}

function isStatus(check: Check, status: number): boolean {
  return check.kind === "status" && check.ranges.some(([from, to]) => status >= from && status <= to);
}

function planOf(scenario: Scenario, request: number): RequestPlan {
  const isOwn = ([, of]: readonly [number, { readonly request: number }]) => of.request === request;
  const rules = [...scenario.rules.entries()].filter(isOwn);
  const captures = [...scenario.captures.entries()].filter(isOwn);
  const looks = [...rules.map(([, { check }]) => check), ...captures.map(([, { finder }]) => finder)];
  const names = new Set<string>();
  for (const look of looks) {
    if (look.kind === "header") names.add(look.name);
    else if (look.kind === "cookie") names.add("set-cookie");
  }
  const keepsContent = looks.some(({ kind }) => kind === "body_contains" || kind === "json" || kind === "regex");
  if (keepsContent) names.add("content-encoding");
  const isNeeded = names.size > 0 || looks.some(({ kind }) => kind === "body_bytes_max");
  return {
    rules,
    captures,
    taps: [
      isNeeded ? { wanted: new WantedFields([...names]), keepsContent } : null,
      { wanted: new WantedFields([...names.add("set-cookie")]), keepsContent },
    ],
  };
}

/** UTF-8 that was taken for a character per byte. */
function utf8Text(value: string): string {
  // Nearly all values are ASCII, which is the same in both.
  for (let i = 0; i < value.length; i++) if (value.charCodeAt(i) >= 0x80) return utf8Decode(latin1Encode(value));
  return value;
}
