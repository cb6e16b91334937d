/** What rules and captures find in answers, given the fields and the content as a codec hands them to a tap. */
import { createHash } from "node:crypto";
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { latin1Decode, utf8Decode, utf8Encode } from "../../base/bytes.ts";
import {
  CAPTURED_BYTES_MAX,
  CONTENT_CODINGS_MAX,
  INSPECTED_BODY_BYTES_MAX,
  REGEX_INPUT_BYTES_MAX,
} from "../../base/limits.ts";
import { decodeUtf8 } from "../../io/decode-utf8.ts";
import { decompress } from "../../io/decompress.ts";
import { compilePattern } from "../../io/pattern.ts";
import { RESPONSE_CHECK_FAILED, RESPONSE_EXPECTED } from "../../model/entry.ts";
import type { Check, Finder } from "../../model/rule.ts";
import type { Scenario } from "../../model/scenario.ts";
import { Inspector } from "./inspector.ts";

const TOOLS = {
  decompress,
  decodeUtf8,
  compilePattern,
  hide: (secret: Uint8Array) => createHash("sha256").update(secret).digest(),
};

interface Answer {
  readonly status?: number;
  readonly fields?: readonly (readonly [name: string, value: string])[];
  readonly content?: string | Uint8Array;
}

/** A scenario with one request, which has these rules and captures; `cookies` is the target's. */
function scenarioOf(checks: readonly Check[], finders: readonly (Finder | [Finder, "secret"])[] = [], cookies = false) {
  const captures = finders.map((finder, i) => ({
    request: 0,
    variable: i,
    finder: Array.isArray(finder) ? finder[0] : finder,
    secret: Array.isArray(finder),
    rule: checks.length + i,
  }));
  const rules = [
    ...checks.map((check) => ({ request: 0, check, words: check.kind })),
    ...captures.map((_, capture) => ({ request: 0, check: { kind: "captured", capture }, words: "captures" })),
  ];
  return { requests: [{}], targets: [{ cookies }], rules, captures } as unknown as Scenario;
}

/** What an inspector finds in one answer. */
function inspect(scenario: Scenario, { status = 200, fields = [], content = "" }: Answer) {
  const inspector = new Inspector(scenario, TOOLS);
  const tap = inspector.tap(0, 0);
  if (tap !== null) {
    for (const [name, value] of fields) {
      const index = tap.wanted.indexOf(name);
      if (index >= 0) tap.field(index, latin1Decode(utf8Encode(value)));
    }
    const bytes = typeof content === "string" ? utf8Encode(content) : content;
    const middle = bytes.length >> 1;
    tap.content(bytes, 0, middle);
    tap.content(bytes, middle, bytes.length);
  }
  const { flags, broken, captured } = inspector.inspect(0, status, tap);
  if (tap !== null) inspector.release(tap);
  return { flags, broken, captured: captured.map(({ text, secret }) => ({ text: utf8Decode(text), secret })) };
}

/** Whether an answer keeps one rule. */
function keeps(check: Check, answer: Answer): boolean {
  const { flags, broken } = inspect(scenarioOf([check]), answer);
  expect(broken).toEqual(flags & RESPONSE_CHECK_FAILED ? [0] : []);
  return broken.length === 0;
}

/** What one finder finds; null for nothing, which breaks its rule. */
function finds(finder: Finder, answer: Answer): string | null {
  const { broken, captured } = inspect(scenarioOf([], [finder]), answer);
  expect(broken).toEqual(captured.length === 0 ? [0] : []);
  return captured[0]?.text ?? null;
}

const GZIP = ["content-encoding", "gzip"] as const;

describe("status rules", () => {
  const check: Check = {
    kind: "status",
    ranges: [
      [200, 299],
      [404, 404],
    ],
  };

  test.each([
    [199, false],
    [200, true],
    [299, true],
    [300, false],
    [404, true],
    [500, false],
  ])("%d", (status, isKept) => {
    const findings = inspect(scenarioOf([check]), { status });
    const flags = isKept ? RESPONSE_EXPECTED : RESPONSE_CHECK_FAILED;
    expect(findings).toEqual({ flags, broken: isKept ? [] : [0], captured: [] });
  });

  test("an expected status stays expected when another rule is broken", () => {
    const scenario = scenarioOf([check, { kind: "body_contains", text: "x" }]);
    const flags = RESPONSE_EXPECTED | RESPONSE_CHECK_FAILED;
    expect(inspect(scenario, { status: 404 })).toEqual({ flags, broken: [1], captured: [] });
  });

  test("need no look at the answer", () => {
    expect(new Inspector(scenarioOf([check]), TOOLS).tap(0, 0)).toBeNull();
  });
});

test("an answer without rules is not looked at, and no flag is set", () => {
  expect(new Inspector(scenarioOf([]), TOOLS).tap(0, 0)).toBeNull();
  expect(inspect(scenarioOf([]), { status: 500 })).toEqual({ flags: 0, broken: [], captured: [] });
});

test("header rules hold when any field of the name has the value", () => {
  const check: Check = { kind: "header", name: "x-a", value: "é b" };
  expect(keeps(check, { fields: [["x-a", "é b"]] })).toBe(true);
  expect(
    keeps(check, {
      fields: [
        ["x-a", "c"],
        ["x-a", "é b"],
      ],
    }),
  ).toBe(true);
  expect(keeps(check, { fields: [["x-a", "é B"]] })).toBe(false);
  expect(keeps(check, { fields: [["x-b", "é b"]] })).toBe(false);
  expect(keeps(check, {})).toBe(false);
});

test("body_bytes_max counts content as it was sent", () => {
  const sent = gzipSync("a".repeat(1_000));
  const answer = { content: sent, fields: [GZIP] };
  expect(keeps({ kind: "body_bytes_max", bytes: sent.length }, answer)).toBe(true);
  expect(keeps({ kind: "body_bytes_max", bytes: sent.length - 1 }, answer)).toBe(false);
  expect(keeps({ kind: "body_bytes_max", bytes: 0 }, {})).toBe(true);
});

test("body_contains looks for text in the text, of which bytes that are no UTF-8 are no part", () => {
  const check: Check = { kind: "body_contains", text: "größe" };
  expect(keeps(check, { content: "die größe" })).toBe(true);
  expect(keeps(check, { content: "die grösse" })).toBe(false);
  expect(keeps(check, { content: Uint8Array.of(0x80, ...utf8Encode("größe"), 0xc3) })).toBe(true);
  expect(keeps({ kind: "body_contains", text: "a\ufffdb" }, { content: Uint8Array.of(0x61, 0x80, 0x62) })).toBe(true);
  expect(keeps(check, {})).toBe(false);
});

describe("json rules", () => {
  const content = '\ufeff{"status":"ok","n":[1,{"a/b":null,"m~n":false}],"":0,"1":-1.5e3,"__proto__":"p"}';

  test.each([
    [["status"], "ok", true],
    [["status"], "OK", false],
    [["n", "0"], 1, true],
    [["n", "0"], "1", false],
    [["n", "00"], 1, false],
    [["n", "-"], 1, false],
    [["n", "2"], 1, false],
    [["n", "length"], 2, false],
    [["n", "1", "a/b"], null, true],
    [["n", "1", "m~n"], false, true],
    [["n", "1", "m~n", "x"], false, false],
    [[""], 0, true],
    [["1"], -1500, true],
    [["__proto__"], "p", true],
    [["constructor"], null, false],
    [["n"], null, false],
  ])("%j is %j: %j", (pointer, value, isKept) => {
    expect(keeps({ kind: "json", pointer, value }, { content })).toBe(isKept);
  });

  test("the whole text may be the value", () => {
    expect(keeps({ kind: "json", pointer: [], value: 7 }, { content: " 7\n" })).toBe(true);
  });

  test.each(["", "{", "{'a':1}", "nul"])("what is no JSON (%j) breaks them", (broken) => {
    expect(keeps({ kind: "json", pointer: [], value: null }, { content: broken })).toBe(false);
  });

  test("nesting without end is a text like any other", () => {
    const depth = 200_000;
    const nested = `${"[".repeat(depth)}${"]".repeat(depth)}`;
    expect(keeps({ kind: "json", pointer: ["0", "0"], value: 1 }, { content: nested })).toBe(false);
    expect(finds({ kind: "json", pointer: ["0"] }, { content: nested })).toBeNull();
  });
});

describe("captures", () => {
  test.each([
    ["a text", '{"a":"t\\u00e9x\\"t"}', 'téx"t'],
    ["an empty text", '{"a":""}', ""],
    ["a number", '{"a": 12 }', "12"],
    ["a number that no double has", '{"b":{"a":1},"a" : 12345678901234567890 }', "12345678901234567890"],
    ["a fraction as it is written", '{"a":1.50}', "1.50"],
    ["the last of two of one name", '{"a":1.5,"\\u0061":2.50,"b":"]}"}', "2.50"],
    ["true", '{"a": true }', "true"],
    [
      "an object as it is written",
      '{"a": {"b":[1, 2.50], "id" : 12345678901234567890} }',
      '{"b":[1, 2.50], "id" : 12345678901234567890}',
    ],
    ["an empty array", '{"a":[]}', "[]"],
  ])("json finds %s", (_, content, text) => {
    expect(finds({ kind: "json", pointer: ["a"] }, { content })).toBe(text);
  });

  test("json finds numbers within arrays as they are written", () => {
    const content = ' [ "a,]\\"" , {"x":[{}, [] , null]} , true , [ 0.10 , -1E+2 ] ] ';
    expect(finds({ kind: "json", pointer: ["3", "0"] }, { content })).toBe("0.10");
    expect(finds({ kind: "json", pointer: ["3", "1"] }, { content })).toBe("-100");
    expect(finds({ kind: "json", pointer: [] }, { content: " 1e400 " })).toBe("1e400");
  });

  test("json finds nothing where there is nothing", () => {
    expect(finds({ kind: "json", pointer: ["b"] }, { content: '{"a":1}' })).toBeNull();
    expect(finds({ kind: "json", pointer: ["a"] }, { content: "<a>" })).toBeNull();
    expect(finds({ kind: "json", pointer: ["a"] }, { content: '{"a":null}' })).toBeNull();
    expect(finds({ kind: "json", pointer: [] }, { content: "null" })).toBeNull();
  });

  test("header finds the first field of its name", () => {
    const finder: Finder = { kind: "header", name: "location" };
    const fields = [
      ["location", "/é"],
      ["location", "/2"],
    ] as const;
    expect(finds(finder, { fields })).toBe("/é");
    expect(finds(finder, { fields: [["location", ""]] })).toBe("");
    expect(finds(finder, {})).toBeNull();
  });

  test.each([
    ["sid=abc; Path=/; HttpOnly", "abc"],
    ["  sid = a=b ", "a=b"],
    ["sid=", ""],
    ['sid="q";Secure', '"q"'],
    ["Sid=abc", null],
    ["a=sid=1", null],
    ["a=1; sid=2", null],
    ["sid", null],
  ])("cookie finds its value in %j", (field, value) => {
    expect(finds({ kind: "cookie", name: "sid" }, { fields: [["set-cookie", field]] })).toBe(value);
  });

  test("cookie finds the value that is set last", () => {
    const fields = ["sid=1", "sid=2; Path=/", "other=3"].map((field) => ["set-cookie", field] as const);
    expect(finds({ kind: "cookie", name: "sid" }, { fields })).toBe("2");
  });

  test("regex finds what its first group matches", () => {
    const content = "<a>\nid=12\nid=34";
    expect(finds({ kind: "regex", source: "id=(\\d+)" }, { content })).toBe("12");
    expect(finds({ kind: "regex", source: "a.*=(.)4" }, { content })).toBe("3");
    expect(finds({ kind: "regex", source: "id=(?:12|(x))" }, { content })).toBeNull();
    expect(finds({ kind: "regex", source: "(.)$" }, { content: "a😀" })).toBe("😀");
    expect(finds({ kind: "regex", source: "(b)" }, { content })).toBeNull();
  });

  test("regex sees the beginning of a long body", () => {
    const finder: Finder = { kind: "regex", source: "(x)$" };
    const spaces = " ".repeat(REGEX_INPUT_BYTES_MAX - 1);
    expect(finds(finder, { content: `${spaces}x` })).toBe("x");
    expect(finds(finder, { content: `${spaces}x.` })).toBe("x");
    expect(finds(finder, { content: ` ${spaces}x` })).toBeNull();
    // A large one sees less: this has four times 64 steps and some more.
    const large: Finder = { kind: "regex", source: "(?:(x)$|y.{256})" };
    expect(finds(large, { content: `${spaces.slice(0, REGEX_INPUT_BYTES_MAX / 5)}x` })).toBe("x");
    expect(finds(large, { content: `${spaces}x` })).toBeNull();
  });

  test("a value that is too long is not found", () => {
    const finder: Finder = { kind: "json", pointer: [] };
    const longest = "é".repeat(CAPTURED_BYTES_MAX / 2);
    expect(finds(finder, { content: JSON.stringify(longest) })).toBe(longest);
    expect(finds(finder, { content: JSON.stringify(`${longest}a`) })).toBeNull();
  });

  test("a secret is given beside its shadow", () => {
    const { captured } = inspect(scenarioOf([], [[{ kind: "json", pointer: ["a"] }, "secret"]]), {
      content: '{"a":"é/1"}',
    });
    expect(captured).toHaveLength(1);
    expect(captured[0]!.secret).toBe("é/1");
    const sha256 = createHash("sha256").update("é/1").digest("hex");
    expect(JSON.parse(captured[0]!.text)).toMatchObject({ sha256, lengths: expect.any(Array) });
    expect(captured[0]!.text).not.toContain("é/1");
  });

  test("several keep their order, and those that find nothing break their own rules", () => {
    const finders: Finder[] = [
      { kind: "json", pointer: ["a"] },
      { kind: "json", pointer: ["b"] },
      { kind: "header", name: "x" },
    ];
    const scenario = scenarioOf([{ kind: "body_contains", text: "no" }], finders);
    expect(inspect(scenario, { content: '{"a":1}', fields: [["x", "y"]] })).toEqual({
      flags: RESPONSE_CHECK_FAILED,
      broken: [0, 2],
      captured: [
        { text: "1", secret: null },
        { text: "y", secret: null },
      ],
    });
    expect(new Inspector(scenario, TOOLS).inputsMax).toBe(7);
  });
});

describe("content codings", () => {
  const check: Check = { kind: "body_contains", text: "needle" };
  const plain = "hay needle hay";

  test.each([
    ["gzip", gzipSync(plain), "gzip"],
    ["gzip by its old name, in another case", gzipSync(plain), "X-Gzip"],
    ["deflate", deflateSync(plain), "deflate"],
    ["deflate without its header", deflateRawSync(plain), "deflate"],
    ["br", brotliCompressSync(plain), "br"],
    ["two, the last undone first", brotliCompressSync(gzipSync(plain)), "gzip, br"],
    ["none", utf8Encode(plain), "identity"],
    ["an empty list", utf8Encode(plain), " , "],
  ])("%s", (_, content, coding) => {
    expect(keeps(check, { content, fields: [["content-encoding", coding]] })).toBe(true);
  });

  test("two in fields of their own", () => {
    const fields = [
      ["content-encoding", "deflate"],
      ["content-encoding", "gzip"],
    ] as const;
    expect(keeps(check, { content: gzipSync(deflateSync(plain)), fields })).toBe(true);
    expect(keeps(check, { content: deflateSync(gzipSync(plain)), fields })).toBe(false);
  });

  test.each([
    ["another coding", gzipSync(plain), "zstd"],
    ["bytes that are not in it", utf8Encode(plain), "gzip"],
    ["bytes that are cut off", gzipSync(plain).subarray(0, 20), "gzip"],
    ["more codings than anybody needs", utf8Encode(plain), "x,".repeat(CONTENT_CODINGS_MAX + 1)],
  ])("%s breaks rules about the body", (_, content, coding) => {
    expect(keeps(check, { content, fields: [["content-encoding", coding]] })).toBe(false);
    expect(finds({ kind: "regex", source: "(e)" }, { content, fields: [["content-encoding", coding]] })).toBeNull();
    expect(finds({ kind: "json", pointer: [] }, { content, fields: [["content-encoding", coding]] })).toBeNull();
  });

  test("no content is no content in any coding", () => {
    expect(keeps({ kind: "body_contains", text: "" }, { fields: [GZIP] })).toBe(true);
  });

  test("what would unpack to too much is not unpacked", () => {
    const fits = gzipSync(new Uint8Array(INSPECTED_BODY_BYTES_MAX).fill(0x61));
    const bomb = gzipSync(new Uint8Array(INSPECTED_BODY_BYTES_MAX + 1).fill(0x61));
    expect(keeps({ kind: "body_contains", text: "a" }, { content: fits, fields: [GZIP] })).toBe(true);
    expect(keeps({ kind: "body_contains", text: "a" }, { content: bomb, fields: [GZIP] })).toBe(false);
  });
});

test("content that is too long breaks the rules about it, and is counted", () => {
  const fits = new Uint8Array(INSPECTED_BODY_BYTES_MAX).fill(0x61);
  const long = new Uint8Array(INSPECTED_BODY_BYTES_MAX + 1).fill(0x61);
  const check: Check = { kind: "body_contains", text: "a" };
  expect(keeps(check, { content: fits })).toBe(true);
  expect(keeps(check, { content: long })).toBe(false);
  expect(keeps({ kind: "body_bytes_max", bytes: INSPECTED_BODY_BYTES_MAX + 1 }, { content: long })).toBe(true);
  expect(keeps({ kind: "body_bytes_max", bytes: INSPECTED_BODY_BYTES_MAX }, { content: long })).toBe(false);
});

test("a tap that is used again knows nothing of the answer before", () => {
  const inspector = new Inspector(scenarioOf([{ kind: "json", pointer: ["a"], value: 1 }]), TOOLS);
  const first = inspector.tap(0, 0)!;
  const content = gzipSync('{"a":1}');
  first.field(first.wanted.indexOf("content-encoding"), "gzip");
  first.content(content, 0, content.length);
  expect(inspector.inspect(0, 200, first).broken).toEqual([]);
  inspector.release(first);
  const second = inspector.tap(0, 0)!;
  expect(second).toBe(first);
  second.content(utf8Encode('{"a":1}'), 0, 7);
  expect(inspector.inspect(0, 200, second).broken).toEqual([]);
});

test("targets with cookies have a tap for Set-Cookie, rules or not", () => {
  const inspector = new Inspector(scenarioOf([], [], true), TOOLS);
  const tap = inspector.tap(0, 0)!;
  tap.field(tap.wanted.indexOf("set-cookie"), "a=1");
  tap.field(tap.wanted.indexOf("set-cookie"), "b=2");
  expect(tap.values("set-cookie")).toEqual(["a=1", "b=2"]);
  expect(tap.values("x-a")).toEqual([]);
  expect(inspector.inspect(0, 200, tap)).toEqual({ flags: 0, broken: [], captured: [] });
});
