import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ESCAPES, type Escape } from "../model/template.ts";
import { base64Encode } from "./base64.ts";
import { utf8Encode } from "./bytes.ts";
import { escaped, shadowOf } from "./escape.ts";

const sha256 = (...parts: readonly Uint8Array[]) => {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return new Uint8Array(hash.digest());
};

/** Anything that a JavaScript string can hold, with characters that matter often. */
const anyText = fc.string({
  unit: fc.oneof(
    fc.constantFrom(..."aZ09-._~ !'()*%+&=?#/\\\"{}<>\u0000\t\r\n\u007f\u0085éß漢🎉"),
    fc.string({ unit: "binary", minLength: 1, maxLength: 1 }),
    fc.integer({ min: 0xd800, max: 0xdfff }).map((code) => String.fromCharCode(code)),
  ),
});
const wholeText = anyText.filter((text) => !/\p{Surrogate}/u.test(text));

test.each<[Escape, string, string]>([
  ["none", 'a "b"\r\n&=é', 'a "b"\r\n&=é'],
  ["header", "a\r\nX-Evil: 1\u0000\u007f\té", "aX-Evil: 1é"],
  ["uri", "a b/c?d=e&f#g+h%i!'()*-._~é🎉", "a%20b%2Fc%3Fd%3De%26f%23g%2Bh%25i%21%27%28%29%2A-._~%C3%A9%F0%9F%8E%89"],
  ["uri", "\ud800x", "%EF%BF%BDx"],
  ["form", "a b+c&d=e*", "a+b%2Bc%26d%3De%2A"],
  ["json_text", 'a"b\\c\n\u0001é\u2028', 'a\\"b\\\\c\\n\\u0001é\u2028'],
  ["json_value", "-12.5e+3", "-12.5e+3"],
  ["json_value", "0", "0"],
  ["json_value", "true", "true"],
  ["json_value", "null", "null"],
  ["json_value", "007", '"007"'],
  ["json_value", "1.", '"1."'],
  ["json_value", "+1", '"+1"'],
  ["json_value", "1\n", '"1\\n"'],
  ["json_value", "True", '"True"'],
  ["json_value", "", '""'],
  ["json_value", '{"a":1}', '"{\\"a\\":1}"'],
  ["url", "/a/b?c=d&e=%20#f", "/a/b?c=d&e=%20"],
  ["url", "https://user@example.com:8443/a?b", "/a?b"],
  ["url", "https://example.com", "/"],
  ["url", "https://example.com?a=b", "/?a=b"],
  ["url", "//example.com/a", "/a"],
  ["url", "page/2?a", "/page/2?a"],
  ["url", "?page=2", "/?page=2"],
  ["url", "mailto:a@b", "/mailto:a@b"],
  ["url", "/a?to=http://b/c", "/a?to=http://b/c"],
  ["url", "/a b\r\nX: 1\té🎉\ud800%", "/a%20b%0D%0AX:%201%09%C3%A9%F0%9F%8E%89%EF%BF%BD%"],
  ["url", "", "/"],
])("%s of %j is %j", (way, text, expected) => {
  expect(escaped(text, way)).toBe(expected);
});

describe("what the reader of the place gets is the text", () => {
  test("json_text", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(JSON.parse(`"${escaped(text, "json_text")}"`)).toBe(text);
      }),
    );
  });

  test("json_value, as a text or as the scalar that it spells", () => {
    const scalar = fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.boolean(), fc.constant(null));
    fc.assert(
      fc.property(fc.oneof(anyText, scalar), (value) => {
        const text = typeof value === "string" ? value : JSON.stringify(value);
        const read: unknown = JSON.parse(escaped(text, "json_value"));
        if (typeof value === "string" && typeof read === "string") expect(read).toBe(text);
        else expect(read).toEqual(JSON.parse(text));
      }),
    );
  });

  test("uri, of unreserved characters and escapes only", () => {
    fc.assert(
      fc.property(wholeText, (text) => {
        const written = escaped(text, "uri");
        expect(written).toMatch(/^(?:[A-Za-z0-9._~-]|%[0-9A-F]{2})*$/);
        expect(decodeURIComponent(written)).toBe(text);
      }),
    );
  });

  test("url, of what a request line may hold; a URL of the same origin leads to the same place", () => {
    const reference = fc
      .tuple(fc.constantFrom("", "/", "?", "//", "//h", "http://h", "a+b.c://h:1/", "http://h/"), anyText)
      .map(([start, rest]) => start + rest);
    fc.assert(
      fc.property(reference, (text) => {
        const written = escaped(text, "url");
        expect(written).toMatch(/^\/[!-~]*$/);
        expect(written).not.toContain("#");
        // What is written is as it should be, unless it now looks as if it began with an authority.
        if (!written.startsWith("//")) expect(escaped(written, "url")).toBe(written);
      }),
    );
    fc.assert(
      fc.property(fc.webUrl({ withQueryParameters: true, withFragments: true }), (url) => {
        const { pathname, search } = new URL(url);
        const written = new URL(`http://h${escaped(url, "url")}`);
        expect([written.pathname, written.search, written.hash]).toEqual([pathname, search, ""]);
      }),
    );
  });

  test("form", () => {
    fc.assert(
      fc.property(wholeText, wholeText, (name, value) => {
        const form = new URLSearchParams(`${escaped(name, "form")}=${escaped(value, "form")}`);
        expect([...form]).toEqual([[name, value]]);
      }),
    );
  });

  test("header, on one line and without control characters", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const written = escaped(text, "header");
        expect([...written].every((char) => char >= " " && char !== "\u007f")).toBe(true);
        const kept = [...text].filter((char) => char >= " " && char !== "\u007f");
        expect(written).toBe(kept.join(""));
      }),
    );
  });
});

test("a shadow has the hash of the text and its length under each escape, in the model's order", () => {
  expect(shadowOf("abc", sha256)).toEqual({
    sha256: "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
    lengths: [3, 3, 3, 3, 3, 5, 4],
  });
  fc.assert(
    fc.property(fc.oneof(anyText, fc.string({ unit: fc.constantFrom(..."0123456789.-eab~") })), (text) => {
      const { sha256: hash, lengths } = shadowOf(text, sha256);
      expect(hash).toBe(createHash("sha256").update(text, "utf8").digest("hex"));
      expect(lengths).toEqual(ESCAPES.map((way) => utf8Encode(escaped(text, way)).length));
    }),
  );
});

test("base64 is what Node makes of the same bytes", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
      expect(base64Encode(bytes)).toBe(Buffer.from(bytes).toString("base64"));
    }),
  );
});
