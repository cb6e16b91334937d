/**
 * What some worlds have beyond requests that stay the same and answers that are only counted: captures, rules, rows of
 * data, and requests with values in them. Answers give something to find, now and then (src/sim/gift.ts).
 *
 * A value that the ledger does not tell, because it is secret or drawn, is in no path: by paths the checkers know
 * requests.
 */
import type { DataSet } from "../../src/model/data.ts";
import type { Capture, Check, Finder, Rule } from "../../src/model/rule.ts";
import type { HeaderText, RequestSpec, Scenario } from "../../src/model/scenario.ts";
import type { Escape, Part, Value } from "../../src/model/template.ts";
import type { Dice } from "../../src/sim/dice.ts";
import { GIFT } from "../../src/sim/gift.ts";

/** Chance per mille that a request captures, has a rule of each kind, has values in its path, in a field, in its body. */
const CAPTURES = 700;
const RULE = 250;
const VALUES = 700;

/** Indices into `variables`: what is captured under the second name is secret. */
const OPEN = 0;
const SECRET = 1;

const FINDERS: readonly Finder[] = [
  { kind: "header", name: GIFT },
  { kind: "cookie", name: GIFT },
  { kind: "json", pointer: [GIFT] },
  { kind: "regex", source: `"${GIFT}":"((?:[^"\\\\]|\\\\.)*)"` },
];
const RANGES = [
  [[200, 299]],
  [[200, 204]],
  [[200, 304]],
  [[500, 503]],
  [
    [200, 200],
    [404, 404],
  ],
] as const;

/** The same traffic, and in it values that come from answers and go into requests. */
export function drawValues(dice: Dice, scenario: Scenario): Scenario {
  const data = dice.chance(500) ? [drawData(dice, scenario.identities)] : [];
  const captures: Capture[] = [];
  const rules: Rule[] = [];
  for (const request of scenario.requests.keys()) {
    const rule = (check: Check, words: string): number => rules.push({ request, check, words }) - 1;
    if (dice.chance(RULE)) rule({ kind: "status", ranges: dice.pick(RANGES) }, "status");
    if (dice.chance(RULE)) rule({ kind: "json", pointer: ["status"], value: "ok" }, "json");
    if (dice.chance(RULE)) rule({ kind: "body_contains", text: '"status":"ok"' }, "body_contains");
    if (!dice.chance(CAPTURES)) continue;
    for (const variable of dice.pick([[OPEN], [OPEN], [SECRET], [OPEN, SECRET]])) {
      const capture = captures.length;
      const captured = rule({ kind: "captured", capture }, `captures v${variable}`);
      captures.push({ request, variable, finder: dice.pick(FINDERS), secret: variable === SECRET, rule: captured });
    }
  }
  const requests = scenario.requests.map((request) => drawTemplates(dice, request, data.length > 0));
  return { ...scenario, data, captures, rules, requests, variables: ["v0", "v1"] };
}

/** Rows for all, or too few for some. */
function drawData(dice: Dice, identities: number): DataSet {
  const pick = dice.pick(["by_user", "unique"] as const);
  const rows = dice.pick([dice.between(1, 5), dice.between(1, 3 * identities), 20 * identities]);
  const values = Array.from({ length: rows }, (_, row) => `row ${row}/${rows}`);
  return { name: "rows", pick, rows, columns: [{ name: "column", secret: false, values }] };
}

function drawTemplates(dice: Dice, request: RequestSpec, hasData: boolean): RequestSpec {
  const path = dice.chance(VALUES)
    ? { parts: [text(request.path as string), ...pathValues(dice, hasData)] }
    : request.path;
  const headers: HeaderText[] = dice.chance(VALUES)
    ? [...request.headers, ["X-Values", { parts: drawn(dice, "header") }]]
    : [...request.headers];
  const body = request.body instanceof Uint8Array && dice.chance(VALUES) ? bodyOf(dice, request.body) : request.body;
  return { ...request, path, headers, body };
}

function pathValues(dice: Dice, hasData: boolean): Part[] {
  return [
    ...(dice.chance(500) ? [text("&user="), value({ kind: "user" }, "uri")] : []),
    ...(dice.chance(500) ? [text("&iteration="), value({ kind: "iteration" }, "uri")] : []),
    ...(hasData && dice.chance(500) ? [text("&row="), value({ kind: "data", set: 0, column: 0 }, "uri")] : []),
    text("&captured="),
    value({ kind: "variable", variable: OPEN }, "uri"),
  ];
}

/** Of some kinds and any number, the secret one among them. */
function drawn(dice: Dice, how: Escape): Part[] {
  const kinds: readonly Value[] = [
    { kind: "uuid" },
    { kind: "int", min: -5, max: 1_000_000 },
    { kind: "choice", texts: ["one", "another", ""] },
    { kind: "string", length: dice.between(1, 20) },
    { kind: "variable", variable: OPEN },
    { kind: "variable", variable: SECRET },
  ];
  return Array.from({ length: dice.between(1, 4) }, () => [text("x"), value(dice.pick(kinds), how)]).flat();
}

function bodyOf(dice: Dice, bytes: Uint8Array): Part[] {
  return [text('{"values": "'), ...drawn(dice, "json_text"), text('"}'), { kind: "bytes", bytes }];
}

function text(words: string): Part {
  return { kind: "text", text: words };
}

function value(of: Value, how: Escape): Part {
  return { kind: "value", value: of, escape: how };
}
