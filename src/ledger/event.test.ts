import { describe, expect, test } from "vitest";
import { utf8Encode } from "../base/bytes.ts";
import { ENTRY_FIELDS, type Entry, KIND, KIND_NAMES } from "../model/entry.ts";
import { FAILURE_CODES, FAILURE_KINDS } from "../model/failure.ts";
import { isTextKind } from "./cell.ts";
import { eventOf } from "./event.ts";

function entry(kind: number, fields: Partial<Entry> = {}): Entry {
  return { timeNs: 7, identity: 0, kind, flags: 0, code: 0, a: 0, b: 0, c: 0, ...fields };
}

describe("eventOf", () => {
  test.each(KIND_NAMES.slice(1))("gives %s the fields that ENTRY_FIELDS names", (name) => {
    const text = isTextKind(KIND[name]) ? utf8Encode("{}") : null;
    const { kind, timeNs, ...fields } = eventOf(entry(KIND[name]), text);
    expect(kind).toBe(name);
    expect(timeNs).toBe(7);
    const names = Object.values(ENTRY_FIELDS[name]).flatMap((field) => (field === "" ? [] : field.split(", ")));
    expect(Object.keys(fields)).toEqual(names.map((field) => (field === "textBytes" ? "text" : field)));
  });

  test("takes each field from where ENTRY_FIELDS has it", () => {
    const numbers = { identity: 11, flags: 12, code: 13, a: 14, b: 15, c: 16 };
    for (const name of KIND_NAMES.slice(1)) {
      const event: Readonly<Record<string, unknown>> = { ...eventOf(entry(KIND[name], numbers), utf8Encode("text")) };
      for (const [place, field] of Object.entries(ENTRY_FIELDS[name])) {
        if (typeof event[field] === "number") expect(event[field]).toBe(numbers[place as keyof typeof numbers]);
      }
    }
  });

  test("says codes as words, and keeps those that it does not know", () => {
    for (const failure of FAILURE_KINDS) {
      expect(eventOf(entry(KIND.request_failed, { code: FAILURE_CODES[failure] }))).toMatchObject({ failure });
    }
    expect(eventOf(entry(KIND.request_failed, { code: 9999 }))).toMatchObject({ failure: "code_9999" });
    expect(eventOf(entry(KIND.run_ended, { code: 4 }))).toMatchObject({ reason: "sigterm" });
    expect(eventOf(entry(KIND.connection_opened, { flags: 4 }))).toMatchObject({ protocol: "http2+tls" });
    expect(eventOf(entry(KIND.connection_opened, { flags: 0x85 }))).toMatchObject({
      protocol: "code_5",
      resumed: true,
    });
  });

  test("says flags as true and false, and text as a string", () => {
    for (const [flags, reused, checkFailed, expected] of [
      [1, true, false, false],
      [2, false, true, false],
      [4, false, false, true],
    ] as const) {
      expect(eventOf(entry(KIND.response_received, { flags }))).toMatchObject({ reused, checkFailed, expected });
    }
    expect(eventOf(entry(KIND.value_captured, { identity: 3, flags: 1, code: 9, a: 2 }), utf8Encode("{}"))).toEqual({
      kind: "value_captured",
      timeNs: 7,
      user: 3,
      secret: true,
      capture: 9,
      text: "{}",
    });
    expect(eventOf(entry(KIND.request_failed, { flags: 1 }))).toMatchObject({ sent: true });
    expect(eventOf(entry(KIND.connection_opened, { flags: 0x82 }))).toMatchObject({
      protocol: "http1.1+tls",
      resumed: true,
    });
    expect(eventOf(entry(KIND.connection_opened, { flags: 0x02 }))).toMatchObject({
      protocol: "http1.1+tls",
      resumed: false,
    });
    expect(eventOf(entry(KIND.criterion_judged, { flags: 1, a: 3 }), utf8Encode("ü!"))).toEqual({
      kind: "criterion_judged",
      timeNs: 7,
      passed: true,
      text: "ü!",
    });
  });

  test("refuses what no decoder lets through", () => {
    expect(() => eventOf(entry(KIND.text))).toThrow("no event");
    expect(() => eventOf(entry(KIND.run_started))).toThrow("comes with its text");
  });
});
