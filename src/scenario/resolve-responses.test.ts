import { describe, expect, test } from "vitest";
import { compilePattern } from "../io/pattern.ts";
import { checkTree } from "./check.ts";
import { loadScenario } from "./load.ts";
import { parseTree } from "./parse.ts";
import { createReport } from "./problem.ts";
import { resolveResponses } from "./resolve-responses.ts";
import { SCENARIO_SHAPE } from "./scenario-shape.ts";

const HEAD = '[runtime]\nduration_seconds = 1\n[target]\nbase_url = "http://h:1"\n';
const REQUEST = '[[requests]]\nname = "login"\npath = "/"\n';
/** What a case adds is in line 8 and below. */
const ONE = `${HEAD}${REQUEST}`;

/** What the text asks of responses, and "line:column message | hint" of each problem. */
function resolved(text: string, dataNames: readonly string[] = []) {
  const report = createReport(text);
  const value = checkTree(parseTree(text, report)!, SCENARIO_SHAPE, report);
  const responses = resolveResponses(value.fields.requests?.value ?? [], dataNames, compilePattern, report);
  const problems = report.problems().map(({ line, column, message, hint }) => `${line}:${column} ${message} | ${hint}`);
  const warnings = report.warnings().map(({ line, column, message }) => `${line}:${column} ${message}`);
  return { responses, problems, warnings };
}

function responsesOf(text: string) {
  const { responses, problems } = resolved(text);
  expect(problems).toEqual([]);
  return responses;
}

const problemsOf = (text: string, dataNames?: readonly string[]) => resolved(text, dataNames).problems;

describe("captures", () => {
  test("say where each value is found, and are rules", () => {
    const { variables, captures, places, rules } = responsesOf(`${ONE}
[requests.capture]
token = { json = "/a~1b/0/~0", secret = true }
next = { header = "Location" }
_id2 = { regex = 'id=(\\d+)' }
[requests.capture.sid]
cookie = "JSESSIONID"
[[requests]]
name = "page"
path = "/page"
capture.next = { regex = "href=\\"(?<link>[^\\"]+)" }
capture.all = { json = "" }
expect.status = 200
`);
    expect(variables).toEqual(["token", "next", "_id2", "sid", "all"]);
    expect(captures).toEqual([
      { request: 0, variable: 0, finder: { kind: "json", pointer: ["a/b", "0", "~"] }, secret: true, rule: 0 },
      { request: 0, variable: 1, finder: { kind: "header", name: "location" }, secret: false, rule: 1 },
      { request: 0, variable: 2, finder: { kind: "regex", source: "id=(\\d+)" }, secret: false, rule: 2 },
      { request: 0, variable: 3, finder: { kind: "cookie", name: "JSESSIONID" }, secret: false, rule: 3 },
      {
        request: 1,
        variable: 1,
        finder: { kind: "regex", source: 'href="(?<link>[^"]+)' },
        secret: false,
        rule: 5,
      },
      { request: 1, variable: 4, finder: { kind: "json", pointer: [] }, secret: false, rule: 6 },
    ]);
    expect(rules.map(({ request, words }) => `${request} ${words}`)).toEqual([
      "0 captures token",
      "0 captures next",
      "0 captures _id2",
      "0 captures sid",
      "1 status 200",
      "1 captures next",
      "1 captures all",
    ]);
    expect(places.map(({ line, column }) => [line, column])).toEqual([
      [10, 1],
      [11, 1],
      [12, 1],
      [13, 19],
      [18, 9],
      [19, 9],
    ]);
    for (const [index, { request, rule }] of captures.entries()) {
      expect(rules[rule]).toMatchObject({ request, check: { kind: "captured", capture: index } });
    }
  });

  test.each([
    ["(a)", true],
    ["(?<year>\\d{4})-(?<month>\\d\\d)", true],
    ["id=(\\w+)", true],
    ["\\p{L}(\\p{N})", true],
    ["a|(b)", true],
    ["((?:x*)*)*y", true],
    ["[(]a[)]", false],
    ["\\(a\\)", false],
    ["(?:a)", false],
    ["\\Q(a)\\E", false],
    ["", false],
  ])("the regex %j has a group: %s", (source, has) => {
    const text = `${ONE}capture.a = { regex = '${source}' }\n`;
    const problem = "8:23 `regex` has no group | put what is captured in parentheses: id=(\\d+)";
    expect(problemsOf(text)).toEqual(has ? [] : [problem]);
  });

  test.each([
    ["{ json = 'a' }", "8:22 `json` must be a JSON Pointer (RFC 6901): names each"],
    ["{ json = '/~2' }", "8:22 `json` must be a JSON Pointer"],
    ["{ regex = '(' }", "8:23 `regex` cannot be used: missing closing ) | expected RE2's syntax, without lookaround"],
    ["{ regex = '(a)(?=b)' }", "8:23 `regex` cannot be used: invalid or unsupported Perl syntax: (?= | expected RE2's"],
    ["{ regex = '(a)\\1' }", "8:23 `regex` cannot be used: invalid escape sequence: \\1 | expected RE2's syntax"],
    ["{ regex = '(a{2000})' }", "8:23 `regex` cannot be used: invalid repeat count: {2000} | expected RE2's syntax"],
    ["{ header = 'Set Cookie' }", "8:24 `header` must be a header's name"],
    ["{ header = '' }", "8:24 `header` must be a header's name"],
    ["{ cookie = 'a=b' }", "8:24 `cookie` must be a cookie's name"],
    ["{}", "8:13 [requests.capture.a] lacks `json` or `header` or `regex` or `cookie`"],
    ["{ secret = true }", "8:13 [requests.capture.a] lacks `json` or"],
    ["{ json = '', regex = '(a)' }", "8:26 `json` and `regex` exclude each other | keep one of the two"],
    ["{ header = 'A', cookie = 'a' }", "8:29 `header` and `cookie` exclude each other"],
    ["{ jsn = '/a' }", "8:15 unknown key `jsn` in [requests.capture.a] | did you mean `json`?"],
    ["{ json = 3 }", "8:22 `json` must not be a whole number | expected a text in quotes"],
    ["{ json = '', secret = 'yes' }", "8:35 `secret` must not be a text | expected true or false"],
    ["'/token'", "8:13 [requests.capture.a] must not be a text | expected a table"],
  ])("capture.a = %s: %s", (value, problem) => {
    expect(problemsOf(`${ONE}capture.a = ${value}\n`)).toContainEqual(expect.stringContaining(problem));
  });

  test.each(["user", "iteration", "uuid", "int", "choice", "string", "env"])("are not called %s", (name) => {
    expect(problemsOf(`${ONE}capture.${name} = { json = "/a" }\n`)).toEqual([
      `8:9 \`${name}\` has a meaning in templates already | choose another name`,
    ]);
  });

  test("are not called as data is", () => {
    expect(problemsOf(`${ONE}capture.users = { json = "/a" }\ncapture.User = { json = "/a" }\n`, ["users"])).toEqual([
      "8:9 `users` is the name of data | choose another name",
    ]);
  });

  test("have names that a template can hold", () => {
    for (const name of ["a-b", "1a", "é", "", "a.b", "a b", "x".repeat(65)]) {
      expect(problemsOf(`${ONE}capture."${name}" = { json = "/a" }\n`)).toEqual([
        expect.stringMatching(/^8:9 ".*" must be a name: at most 64 letters, digits and underscores/),
      ]);
    }
    expect(problemsOf(`${ONE}capture.${"x".repeat(64)} = { json = "/a" }\n`)).toEqual([]);
  });

  test("are secret everywhere or nowhere", () => {
    const again = `${REQUEST.replace("login", "again")}capture.a = { json = "/b", secret = true }\n`;
    expect(problemsOf(`${ONE}capture.a = { json = "/a" }\n${again}`)).toEqual([
      "12:9 `a` is secret here and is not in line 8 | write the same for both",
    ]);
    expect(problemsOf(`${ONE}capture.a = { json = "/a", secret = true }\n${again}`)).toEqual([]);
    const open = again.replace(", secret = true", "");
    expect(problemsOf(`${ONE}capture.a = { json = "/a", secret = true }\n${open}`)).toEqual([
      "12:9 `a` is not secret here and is in line 8 | write the same for both",
    ]);
  });

  test("of a body that HEAD never has are refused", () => {
    const text = `${ONE}method = "HEAD"\n[requests.capture]\na = { header = "A" }\nb = { cookie = "b" }\n`;
    expect(problemsOf(text)).toEqual([]);
    expect(problemsOf(`${text}c = { json = "/a" }\nd = { regex = "(a)" }\n`)).toEqual([
      "12:1 `c` cannot be found: the answer to HEAD has no body | capture a header or a cookie",
      "13:1 `d` cannot be found: the answer to HEAD has no body | capture a header or a cookie",
    ]);
  });

  test("are 16 at most", () => {
    const some = (count: number) =>
      `${ONE}[requests.capture]\n${Array.from({ length: count }, (_, n) => `c${n} = { json = "/a" }\n`).join("")}`;
    expect(responsesOf(some(16)).captures).toHaveLength(16);
    expect(problemsOf(some(17))).toEqual(["8:11 [requests.capture] holds too many | expected at most 16"]);
  });
});

describe("rules", () => {
  test("come from each thing that is expected, in words", () => {
    const { rules } = responsesOf(`${ONE}
[requests.expect]
body_bytes_max = 1000
json = { "/status" = "ok", "" = 1.5, "/a~1b/~0" = true }
body_contains = ["welcome", 'a "b"']
header = { "Content-Type" = " application/json ", x-a = "" }
status = [200, "3xx", 999]
`);
    expect(rules.map(({ words }) => words)).toEqual([
      "status 200, 3xx, 999",
      'header Content-Type = "application/json"',
      'header x-a = ""',
      'body contains "welcome"',
      'body contains "a \\"b\\""',
      'json /status = "ok"',
      'json "" = 1.5',
      "json /a~1b/~0 = true",
      "body at most 1000 bytes",
    ]);
    expect(rules.map(({ check }) => check)).toEqual([
      {
        kind: "status",
        ranges: [
          [200, 200],
          [300, 399],
          [999, 999],
        ],
      },
      { kind: "header", name: "content-type", value: "application/json" },
      { kind: "header", name: "x-a", value: "" },
      { kind: "body_contains", text: "welcome" },
      { kind: "body_contains", text: 'a "b"' },
      { kind: "json", pointer: ["status"], value: "ok" },
      { kind: "json", pointer: [], value: 1.5 },
      { kind: "json", pointer: ["a/b", "~"], value: true },
      { kind: "body_bytes_max", bytes: 1000 },
    ]);
  });

  test.each([
    ["204", [[204, 204]], "status 204"],
    ['"2xx"', [[200, 299]], "status 2xx"],
    ['["2xx", 304]', [[200, 299], [304, 304]], "status 2xx, 304"], // biome-ignore format: one case a line
  ])("expect.status = %s", (status, ranges, words) => {
    const { rules } = responsesOf(`${ONE}expect.status = ${status}\n`);
    expect(rules).toEqual([{ request: 0, check: { kind: "status", ranges }, words }]);
  });

  test("take one text for the body", () => {
    const { rules } = responsesOf(`${ONE}expect.body_contains = "ok"\n`);
    expect(rules.map(({ check }) => check)).toEqual([{ kind: "body_contains", text: "ok" }]);
  });

  test("have words of one line that are unique within the request", () => {
    const long = "x".repeat(200);
    const { rules } = responsesOf(
      `${ONE}expect.body_contains = ["${long}1", "${long}2", "${long}3", "\\u007f\\n"]\nexpect.json."/\\u001b" = 1\n`,
    );
    const words = rules.map((rule) => rule.words);
    expect(new Set(words).size).toBe(5);
    expect(words[0]).toHaveLength(103);
    expect(words[2]).toBe(`${words[0]} (3)`);
    expect(words[3]).toBe('body contains "\ufffd\\n"');
    expect(words[4]).toBe("json /\ufffd = 1");
  });

  test("are those of each request in the order of the file", () => {
    const { rules } = responsesOf(
      `${ONE}expect.status = 200\n${REQUEST.replace("login", "b")}${REQUEST.replace("login", "c")}expect.status = 200\n`,
    );
    expect(rules.map(({ request }) => request)).toEqual([0, 2]);
  });

  test.each([
    [
      "status = true",
      '8:17 `status` must not be true or false | expected a status such as 200, or a class such as "2xx", or a list of them',
    ],
    ["status = 199", "8:17 `status` is out of bounds | expected a whole number from 200 to 999"],
    ['status = "200"', '8:17 `status` must be "2xx", "3xx", "4xx" or "5xx" | One status is written as a number'],
    ['status = "1xx"', '8:17 `status` must be "2xx"'],
    ["status = []", "8:17 `status` must not be empty"],
    ['status = [200, "2XX"]', '8:23 an item of `status` must be "2xx"'],
    ["status = [[200]]", "8:18 an item of `status` must not be a list | expected a status such as 200, or a class"],
    ["header = { 'a b' = 'c' }", `8:19 "a b" must be a header's name`],
    ["header = { a = 'b', A = 'b' }", "8:28 the header A is given twice | header names ignore case"],
    ["header = { a = 'b\\u0100' }", '8:23 "a" must be one line of printable characters up to U+00FF'],
    ["header = { a = 1 }", '8:23 "a" must not be a whole number | expected a text in quotes'],
    ["body_contains = ''", "8:24 `body_contains` must not be empty"],
    ["body_contains = ['a', '']", "8:30 an item of `body_contains` must not be empty"],
    ["body_contains = ['a', 'b', 'a']", "8:35 this text is given twice | keep one of the two"],
    [
      "body_contains = 1",
      "8:24 `body_contains` must not be a whole number | expected a text in quotes, or a list of texts",
    ],
    ["json = { a = 1 }", '8:17 "a" must be a JSON Pointer (RFC 6901)'],
    ["json = { '/a' = [1] }", '8:24 "/a" must not be a list | expected a text, a number, true or false'],
    ["json = { '/a' = nan }", '8:24 "/a" is out of bounds | expected a number from -1e+300 to 1e+300'],
    ["json = '/a'", "8:15 [requests.expect.json] must not be a text | expected a table"],
    ["body_bytes_max = -1", "8:25 `body_bytes_max` is out of bounds"],
    ["statuss = 200", "8:8 unknown key `statuss` in [requests.expect] | did you mean `status`?"],
  ])("expect.%s: %s", (line, problem) => {
    const text = line.replace("\\u0100", "\u0100");
    expect(problemsOf(`${ONE}expect.${text}\n`)).toContainEqual(expect.stringContaining(problem));
  });

  test("take braces as they are, with a warning", () => {
    const text = `${ONE}[requests.expect]\nbody_contains = ["a", "{{a}}"]\nheader.a = "{{a}}"\njson = { "/a" = "{{a}}" }\n`;
    const { responses, problems, warnings } = resolved(text);
    expect(problems).toEqual([]);
    expect(responses.rules.map(({ check }) => check)).toContainEqual({ kind: "body_contains", text: "{{a}}" });
    const said = "no template is possible here";
    expect(warnings).toEqual([`9:23 ${said}`, `10:12 ${said}`, `11:17 ${said}`]);
  });

  test("are 32 at most", () => {
    const some = (count: number) => {
      const pointers = Array.from({ length: count - 2 }, (_, n) => `"/${n}" = ${n}\n`).join("");
      return `${ONE}[requests.expect]\nstatus = 200\nbody_bytes_max = 9\n[requests.expect.json]\n${pointers}`;
    };
    expect(responsesOf(some(32)).rules).toHaveLength(32);
    expect(problemsOf(some(33))).toEqual(["8:11 [requests.expect] holds too many rules | expected at most 32"]);
  });

  test("about a body that HEAD never has are refused", () => {
    const text = `${ONE}method = "HEAD"\n[requests.expect]\nstatus = 200\nbody_bytes_max = 0\n`;
    expect(problemsOf(text)).toEqual([]);
    expect(problemsOf(`${text}body_contains = "a"\njson = { "/a" = 1 }\n`)).toEqual([
      "12:1 `body_contains` never holds: the answer to HEAD has no body | remove it",
      "13:1 `json` never holds: the answer to HEAD has no body | remove it",
    ]);
  });
});

describe("on_failure of a request", () => {
  test("takes the place of its flow's", () => {
    const text = `${ONE}on_failure = "stop"\n${REQUEST.replace("login", "b")}`;
    const result = loadScenario(text, { path: "shop.toml", readFile: () => "no such file" });
    expect("scenario" in result && result.scenario.requests.map(({ onFailure }) => onFailure)).toEqual(["stop", null]);
  });

  test("is one of three", () => {
    expect(problemsOf(`${ONE}on_failure = "restrt"\n`)).toEqual([
      '8:14 `on_failure` must not be "restrt" | did you mean "restart"?',
    ]);
    expect(problemsOf(`${ONE}on_failure = "never"\n`)).toEqual([
      '8:14 `on_failure` must not be "never" | expected one of "continue", "restart", "stop"',
    ]);
  });
});
