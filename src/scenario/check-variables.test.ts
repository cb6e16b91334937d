import { expect, test } from "vitest";
import type { Flow } from "../model/scenario.ts";
import { checkVariables, type VariableUse } from "./check-variables.ts";
import { loadScenario } from "./load.ts";
import type { Span } from "./problem.ts";
import { createReport } from "./problem.ts";

const REQUESTS = ["login", "cart", "pay", "logout"].map((name) => ({ name }));
const [LOGIN, CART, PAY, LOGOUT] = [0, 1, 2, 3];
const [TOKEN, ORDER] = [0, 1];

/** A place that can be told from others. */
const at = (line: number): Span => ({ line, column: 7, length: 1 });

function flow(name: string, steps: readonly number[] | null, requests: readonly number[] = steps ?? []): Flow {
  return {
    name,
    weight: 1,
    steps: steps?.map((request) => ({ request, repeat: 2 })) ?? null,
    requests: [...new Set(requests)],
    thinkTime: { minNs: 0, maxNs: 0 },
    onFailure: "restart",
  };
}

/** login captures token, cart captures order. */
const CAPTURES = [
  { request: LOGIN, variable: TOKEN },
  { request: CART, variable: ORDER },
];

function judge(uses: readonly VariableUse[], flows: readonly Flow[], captures = CAPTURES) {
  const report = createReport("");
  const places = captures.map((_, index) => at(100 + index));
  checkVariables(uses, flows, { variables: ["token", "order"], captures, places }, REQUESTS, report);
  const said = ({ line, message, hint }: { line: number; message: string; hint: string }) =>
    `${line} ${message} | ${hint}`;
  return { problems: report.problems().map(said), warnings: report.warnings().map(said) };
}

test("a value is there after a step that captures it, however many steps later", () => {
  const uses = [
    { variable: TOKEN, request: CART, at: at(1) },
    { variable: TOKEN, request: LOGOUT, at: at(2) },
    { variable: ORDER, request: PAY, at: at(3) },
  ];
  const flows = [flow("", [LOGIN, CART, CART, PAY, LOGOUT]), flow("other", [LOGIN, LOGOUT, LOGIN, CART])];
  expect(judge(uses, flows)).toEqual({ problems: [], warnings: [] });
});

test("a value is not there before, nor where a request itself captures it, nor in a flow without the capture", () => {
  const uses = [
    { variable: TOKEN, request: CART, at: at(1) },
    { variable: TOKEN, request: LOGIN, at: at(2) },
    { variable: ORDER, request: CART, at: at(3) },
  ];
  const flows = [flow("", [CART, LOGIN, CART]), flow("buy", [LOGIN, CART]), flow("look", [CART])];
  expect(judge(uses, flows).problems).toEqual([
    '1 no earlier step of the sequence captures `token` | put a step of "login" before the first of "cart"',
    '1 no earlier step of the flow "look" captures `token` | put a step of "login" before the first of "cart"',
    "2 no earlier step of the sequence captures `token` | its own response comes too late for it",
    '2 no earlier step of the flow "buy" captures `token` | its own response comes too late for it',
    "3 no earlier step of the sequence captures `order` | its own response comes too late for it",
    '3 no earlier step of the flow "buy" captures `order` | its own response comes too late for it',
    '3 no earlier step of the flow "look" captures `order` | its own response comes too late for it',
  ]);
});

test("each request that captures it will do, and the hint names them all once", () => {
  const captures = [...CAPTURES, { request: PAY, variable: TOKEN }, { request: PAY, variable: TOKEN }];
  const use = [{ variable: TOKEN, request: LOGOUT, at: at(1) }];
  expect(judge(use, [flow("", [PAY, LOGOUT]), flow("b", [LOGIN, LOGOUT])], captures).problems).toEqual([]);
  expect(judge(use, [flow("", [CART, LOGOUT])], captures).problems).toEqual([
    '1 no earlier step of the sequence captures `token` | put a step of "login" or "pay" before the first of "logout"',
  ]);
});

test("requests chosen by weight have no values", () => {
  const uses = [
    { variable: TOKEN, request: CART, at: at(1) },
    { variable: ORDER, request: CART, at: at(2) },
  ];
  const named = judge(uses, [flow("buy", null, [PAY, CART])]).problems;
  expect(named[0]).toContain(
    '`token` cannot be used here: the requests of the flow "buy" are chosen by weight, not in steps',
  );
  expect(judge(uses, [flow("", null, [LOGIN, CART])]).problems).toEqual([
    '1 `token` cannot be used here: requests are chosen by weight, not in steps | put a step of "login" before the first of "cart"',
    "2 `order` cannot be used here: requests are chosen by weight, not in steps | its own response comes too late for it",
  ]);
});

test("a request that no flow sends may use anything", () => {
  const uses = [{ variable: TOKEN, request: PAY, at: at(1) }];
  expect(judge(uses, [flow("", [CART]), flow("b", null, [LOGIN])]).problems).toEqual([]);
});

test("a capture that nothing uses is warned of, wherever it is", () => {
  const captures = [...CAPTURES, { request: PAY, variable: ORDER }];
  const uses = [{ variable: TOKEN, request: CART, at: at(1) }];
  expect(judge(uses, [flow("", [LOGIN, CART])], captures)).toEqual({
    problems: [],
    warnings: ["101 nothing uses the capture `order` | ", "102 nothing uses the capture `order` | "],
  });
});

const FILE = `[runtime]
duration_seconds = 1
[target]
base_url = "http://h:1"
[[requests]]
name = "login"
path = "/"
capture.token = { json = "/token" }
[[requests]]
name = "cart"
path = "/cart?t={{token}}"
headers = { Authorization = "Bearer {{token}}" }
`;

test("a file's uses are judged where they stand", () => {
  const load = (text: string) => {
    const result = loadScenario(text, { path: "shop.toml", readFile: () => "no such file" });
    if ("scenario" in result) return result.warnings.map(({ line, column, message }) => `${line}:${column} ${message}`);
    return result.problems.map(({ line, column, message, hint }) => `${line}:${column} ${message} | ${hint}`);
  };
  const steps = (...names: string[]) => `[sequence]\nsteps = [${names.map((name) => `{ request = "${name}" }`)}]\n`;
  expect(load(FILE + steps("login", "cart"))).toEqual([]);
  const lacking = "no earlier step of the sequence captures `token`";
  expect(load(FILE + steps("cart", "login"))).toEqual([
    `11:19 ${lacking} | put a step of "login" before the first of "cart"`,
    `12:39 ${lacking} | put a step of "login" before the first of "cart"`,
  ]);
  expect(load(FILE)).toEqual([
    expect.stringMatching(/^11:19 `token` cannot be used here: requests are chosen by weight/),
    expect.stringMatching(/^12:39 `token` cannot be used here: requests are chosen by weight/),
  ]);
  expect(load(FILE.replaceAll("{{token}}", "x") + steps("login", "cart"))).toEqual([
    "8:9 nothing uses the capture `token`",
  ]);
  // A name that a request captures badly is known all the same: one mistake, one problem.
  expect(load(FILE.replace("/token", "token") + steps("login", "cart"))).toEqual([
    expect.stringMatching(/^8:26 `json` must be a JSON Pointer/),
  ]);
});
