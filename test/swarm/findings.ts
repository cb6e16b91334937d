/**
 * What a user finds in answers and sends in requests, by docs/SCENARIO.md: the words in which the ledger's entries about
 * an answer and the peer's own knowledge of it must agree, and the path that a request must have.
 */
import { assert } from "../../src/base/assert.ts";
import { shadowOf } from "../../src/base/escape.ts";
import { sha256 } from "../../src/io/system.ts";
import type { HideSecret } from "../../src/model/ports.ts";
import type { Check, Finder } from "../../src/model/rule.ts";
import type { RequestSpec, Scenario } from "../../src/model/scenario.ts";
import type { Text, Value } from "../../src/model/template.ts";
import { GIFT, type Gift } from "../../src/sim/gift.ts";

/** What stands for a secret: bytes that follow from it, without a key that a world would have to draw. */
export const hide: HideSecret = (secret) => sha256(secret);

/** Whom a request is rendered for. */
export interface Sender {
  readonly identity: number;
  /** Iterations that it has ended. */
  readonly iterations: number;
  /** Iterations that have taken a row of data, this one among them. */
  readonly rowsTaken: number;
  /** What it has captured in this one, by variable. */
  readonly captured: ReadonlyMap<number, string>;
}

export function captureWords(capture: number, isSecret: boolean, text: string): string {
  return `capture ${capture} found ${isSecret ? "the secret " : ""}${text}`;
}

export function ruleWords(rule: number): string {
  return `rule ${rule} broken`;
}

/** What must be found in an answer to `request`. */
export function findingsIn({ rules, captures }: Scenario, request: number, status: number, gift: Gift): string[] {
  const words: string[] = [];
  for (const [index, { request: whose, finder, secret }] of captures.entries()) {
    const found = whose === request ? find(finder, gift) : null;
    if (found === null) continue;
    words.push(captureWords(index, secret, secret ? JSON.stringify(shadowOf(found, hide)) : found));
  }
  const holds = (check: Check): boolean => {
    switch (check.kind) {
      case "status":
        return check.ranges.some(([from, to]) => from <= status && status <= to);
      case "json":
      case "body_contains":
        return gift.content !== null;
      case "captured":
        return find(captures[check.capture]!.finder, gift) !== null;
      default:
        throw new Error(`the worlds of the swarm have no rule of kind ${check.kind}`);
    }
  };
  for (const [index, { request: whose, check }] of rules.entries()) {
    if (whose === request && !holds(check)) words.push(ruleWords(index));
  }
  return words;
}

/** Whether a rule of the request asks for this status. */
export function isAskedFor({ rules }: Scenario, request: number, status: number): boolean {
  return rules.some(
    ({ request: whose, check }) =>
      whose === request && check.kind === "status" && check.ranges.some(([from, to]) => from <= status && status <= to),
  );
}

/** Whether a value that was captured as a secret may be in the request. */
export function sendsSecret({ captures }: Scenario, { headers, body }: RequestSpec): boolean {
  const texts = headers.flatMap(([, value]) => (typeof value === "string" ? [] : value.parts));
  const parts = body instanceof Uint8Array || body === null ? texts : [...texts, ...body];
  const isSecret = (variable: number): boolean => captures.some((each) => each.variable === variable && each.secret);
  return parts.some((part) => part.kind === "value" && part.value.kind === "variable" && isSecret(part.value.variable));
}

/** A path as it goes over the wire. */
export function pathOf(path: Text, scenario: Scenario, sender: Sender): string {
  if (typeof path === "string") return path;
  return path.parts
    .map((part) => {
      if (part.kind === "text") return part.text;
      assert(part.kind === "value" && part.escape === "uri", "the paths of the swarm have texts and values");
      return encodeURIComponent(sentValue(part.value, scenario, sender));
    })
    .join("");
}

function find(finder: Finder, { head, content }: Gift): string | null {
  switch (finder.kind) {
    case "header":
    case "cookie":
      return head;
    case "json":
      return content;
    case "regex":
      return content === null ? null : JSON.stringify({ [GIFT]: content }).slice(`{"${GIFT}":"`.length, -'"}'.length);
  }
}

function sentValue(value: Value, { data, identities }: Scenario, sender: Sender): string {
  const { identity, iterations, rowsTaken, captured } = sender;
  switch (value.kind) {
    case "user":
      return String(identity);
    case "iteration":
      return String(iterations);
    case "variable":
      return captured.get(value.variable) ?? "";
    case "data": {
      const { pick, rows, columns } = data[value.set]!;
      const row = pick === "by_user" ? identity % rows : (rowsTaken - 1) * identities + identity;
      assert(row < rows, "a request was issued for which there is no row");
      return columns[value.column]!.values![row]!;
    }
    default:
      throw new Error(`the paths of the swarm have no value of kind ${value.kind}`);
  }
}
