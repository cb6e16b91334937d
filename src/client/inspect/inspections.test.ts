/** Looking into answers as the client has it done: what becomes an input, in which order, and what is let go of. */
import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { utf8Decode, utf8Encode } from "../../base/bytes.ts";
import { EntryRing } from "../../base/entry-ring.ts";
import { decodeUtf8 } from "../../io/decode-utf8.ts";
import { decompress } from "../../io/decompress.ts";
import { compilePattern } from "../../io/pattern.ts";
import { CAPTURED_SECRET, KIND, RESPONSE_CHECK_FAILED, RESPONSE_EXPECTED } from "../../model/entry.ts";
import type { CookieJars } from "../../model/ports.ts";
import type { Capture, Check } from "../../model/rule.ts";
import type { Scenario } from "../../model/scenario.ts";
import { inspectionsFor } from "./inspections.ts";

const sha256 = (...parts: readonly Uint8Array[]) => createHash("sha256").update(Buffer.concat(parts)).digest();

const CHECKS: readonly Check[] = [
  { kind: "status", ranges: [[200, 200]] },
  { kind: "body_contains", text: "yes" },
  { kind: "captured", capture: 0 },
  { kind: "captured", capture: 1 },
];
const CAPTURES: readonly Capture[] = [
  { request: 1, variable: 0, finder: { kind: "json", pointer: ["a"] }, secret: false, rule: 2 },
  { request: 1, variable: 1, finder: { kind: "json", pointer: ["s"] }, secret: true, rule: 3 },
];

function harness({ rules = CHECKS, cookies = false } = {}) {
  const log: string[] = [];
  const jars: CookieJars = {
    take: (place, target, path, fields) => log.push(`take ${place} ${target} ${path} ${fields.join("|")}`),
    header: (place, target, path) => `${place}-${target}-${path}`,
    forget: (place) => log.push(`forget ${place}`),
  };
  const scenario = {
    requests: [{}, {}],
    targets: [{ cookies }, { cookies: false }],
    captures: rules.length === 0 ? [] : CAPTURES,
    rules: rules.map((check) => ({ request: 1, check, words: "" })),
  } as unknown as Scenario;
  const inputs = new EntryRing(16);
  const inspections = inspectionsFor({
    scenario,
    places: 4,
    tools: { decompress, decodeUtf8, compilePattern, hide: sha256 },
    jars: cookies ? jars : null,
    keepSecret: (place, capture, value) => log.push(`keep ${place} ${capture} ${value}`),
  });
  function taken(): unknown[] {
    const entries: unknown[] = [];
    while (inputs.count > 0) {
      const at = inputs.take();
      const text = inputs.kind[at] === KIND.value_captured ? utf8Decode(inputs.takeText(at)) : null;
      entries.push([inputs.kind[at], inputs.identity[at], inputs.flags[at], inputs.code[at], text]);
    }
    return entries;
  }
  return { inspections: inspections!, inputs, taken, log };
}

function give(tap: { content(bytes: Uint8Array, start: number, end: number): void } | null, text: string): void {
  const bytes = utf8Encode(text);
  tap!.content(bytes, 0, bytes.length);
}

test("a scenario without rules and cookies has no inspections", () => {
  expect(harness({ rules: [] }).inspections).toBeNull();
  expect(harness({ rules: [], cookies: true }).inspections).not.toBeNull();
});

test("captured values come first, then broken rules; a secret goes to its user before its shadow is recorded", () => {
  const { inspections, inputs, taken, log } = harness();
  expect(inspections.inputsMax).toBe(CHECKS.length + CAPTURES.length);
  give(inspections.tap(2, 1, 0), '{"a":5,"s":"t"}');
  expect(inspections.answered(inputs, 2, 42, 1, 0, 201)).toBe(RESPONSE_CHECK_FAILED);
  inspections.over(2);
  const shadow = expect.stringContaining(createHash("sha256").update("t").digest("hex"));
  expect(taken()).toEqual([
    [KIND.value_captured, 42, 0, 0, "5"],
    [KIND.value_captured, 42, CAPTURED_SECRET, 1, shadow],
    [KIND.check_failed, 42, 0, 0, null],
    [KIND.check_failed, 42, 0, 1, null],
  ]);
  expect(log).toEqual(["keep 2 1 t"]);
});

test("a request without rules adds nothing", () => {
  const { inspections, inputs } = harness();
  expect(inspections.tap(0, 0, 0)).toBeNull();
  expect(inspections.answered(inputs, 0, 7, 0, 0, 500)).toBe(0);
  expect(inputs.count).toBe(0);
});

test("a request that is sent again begins with nothing of its first answer", () => {
  const { inspections, inputs, taken } = harness();
  give(inspections.tap(1, 1, 0), '{"a":1');
  give(inspections.tap(1, 1, 0), '{"a":2,"s":"yes"}');
  expect(inspections.answered(inputs, 1, 9, 1, 0, 200)).toBe(RESPONSE_EXPECTED);
  inspections.over(1);
  inspections.over(1);
  expect(taken()).toHaveLength(2);
});

test("users do not see one another's answers", () => {
  const { inspections, inputs, taken } = harness();
  const taps = [0, 1, 2, 3].map((place) => inspections.tap(place, 1, 0));
  for (const [place, tap] of taps.entries()) give(tap, `{"a":${place},"s":"yes"}`);
  for (const place of [3, 1, 0, 2]) {
    inspections.answered(inputs, place, 10 + place, 1, 0, 200);
    inspections.over(place);
  }
  const values = taken().filter((entry) => (entry as number[])[3] === 0);
  expect(values).toEqual([3, 1, 0, 2].map((place) => [KIND.value_captured, 10 + place, 0, 0, String(place)]));
});

test("cookies are taken from targets that keep them, under the path that was asked for", () => {
  const { inspections, inputs, log } = harness({ cookies: true });
  expect(inspections.keepsCookies(0)).toBe(true);
  expect(inspections.keepsCookies(1)).toBe(false);
  expect(inspections.cookies(3, 0, "/a")).toBe("3-0-/a");
  const tap = inspections.tap(3, 0, 0)!;
  tap.field(tap.wanted.indexOf("set-cookie"), "x=1");
  tap.field(tap.wanted.indexOf("set-cookie"), "y=2");
  inspections.answered(inputs, 3, 30, 0, 0, 200);
  inspections.over(3);
  expect(inspections.tap(3, 0, 1)).toBeNull();
  inspections.answered(inputs, 3, 30, 0, 1, 200);
  inspections.retired(3);
  expect(log).toEqual(["take 3 0 /a x=1|y=2", "forget 3"]);
});
