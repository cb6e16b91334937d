import fc from "fast-check";
import { expect, test } from "vitest";
import { JSON_POINTER, pointerTokens } from "./json-pointer.ts";

const isPointer = (text: string) => new RegExp(JSON_POINTER.regex, "u").test(text);

// The examples of RFC 6901 5, and the order of unescaping of section 4.
test.each([
  ["", []],
  ["/foo", ["foo"]],
  ["/foo/0", ["foo", "0"]],
  ["/", [""]],
  ["/a~1b", ["a/b"]],
  ["/c%d", ["c%d"]],
  ["/ ", [" "]],
  ["/m~0n", ["m~n"]],
  ["/~01", ["~1"]],
  ["/~00~1//é\n", ["~0/", "", "é\n"]],
])("the pointer %j has the tokens %j", (pointer, tokens) => {
  expect(isPointer(pointer)).toBe(true);
  expect(pointerTokens(pointer)).toEqual(tokens);
});

test.each(["foo", "a/b", "/~", "/~2", "/a~", "/a/~/b", "#/a", "$.a", " /a", "~0", "\n/a"])(
  "%j is no pointer",
  (text) => {
    expect(isPointer(text)).toBe(false);
  },
);

test("any tokens, escaped, come back", () => {
  const token = fc.oneof(fc.string({ unit: "binary" }), fc.string({ unit: fc.constantFrom("~", "/", "0", "1") }));
  fc.assert(
    fc.property(fc.array(token, { maxLength: 8 }), (tokens) => {
      const pointer = tokens.map((each) => `/${each.replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");
      expect(isPointer(pointer)).toBe(true);
      expect(pointerTokens(pointer)).toEqual(tokens);
    }),
  );
});
