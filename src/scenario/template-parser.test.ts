import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Expression, parseTemplate } from "./template-parser.ts";

/** The pieces in short: literal text in quotes, expressions as they were understood. */
function piecesOf(text: string): string[] {
  const parsed = parseTemplate(text);
  if ("message" in parsed) return [`${parsed.start}-${parsed.end} ${parsed.message} | ${parsed.hint}`];
  return parsed.map((piece) => (piece.kind === "text" ? JSON.stringify(piece.text) : short(piece.expression)));
}

function short(expression: Expression): string {
  switch (expression.kind) {
    case "name":
      return expression.name.text;
    case "dotted":
      return `${expression.name.text}.${expression.member.text}`;
    case "call":
      return `${expression.name.text}(${expression.args.map((arg) => `${arg.kind} ${arg.text}`).join(", ")})`;
    case "link":
      return `link ${short(expression.of)}`;
  }
}

test.each([
  ["", []],
  ["plain { } }} text", ['"plain { } }} text"']],
  ["{{user}}", ["user"]],
  ["a{{user}}b{{ iteration }}c", ['"a"', "user", '"b"', "iteration", '"c"']],
  ["{{user}}{{uuid}}", ["user", "uuid"]],
  ['{"a":{"b":{{user}}}}', ['"{\\"a\\":{\\"b\\":"', "user", '"}}"']],
  ["{{int(1, 100)}}", ["int(number 1, number 100)"]],
  ["{{ int ( -5 ,\n 7 ) }}", ["int(number -5, number 7)"]],
  ["{{f()}}", ["f()"]],
  ["{{f(1,)}}", ["f(number 1)"]],
  ["{{url(next)}}&a", ["link next", '"&a"']],
  ['{{ url ( users . "next page" ) }}', ["link users.next page"]],
  ["{{url(url)}}{{url}}{{url()}}", ["link url", "url", "url()"]],
  ['{{choice("a", \'b "c"\', "}}")}}', ['choice(text a, text b "c", text }})']],
  ['{{choice("\\"\\\\\\n\\t\\u0041\\\'")}}', ["choice(text \"\\\n\tA')"]],
  ["{{env.API_KEY}}", ["env.API_KEY"]],
  ["{{ users . first-name }}", ["users.first-name"]],
  ["{{users.2nd}}", ["users.2nd"]],
  ['{{users."first name"}}', ["users.first name"]],
  ['{{"{{"}}', ['"{{"']],
  ["x{{ '{{user}}' }}y", ['"x"', '"{{user}}"', '"y"']],
])("%j is %j", (text, expected) => {
  expect(piecesOf(text)).toEqual(expected);
});

const LITERAL = 'a literal "{{" is written {{"{{"}}';
const UNCLOSED = `the braces are not closed: "}}" is missing | ${LITERAL}`;

describe("faults", () => {
  test.each([
    ["ab{{user", `2-4 ${UNCLOSED}`],
    ["{{", `0-2 ${UNCLOSED}`],
    ["{{user} }", `6-7 unexpected "}" in a template | ${LITERAL}`],
    ["{{users.", `0-2 ${UNCLOSED}`],
    ["{{int(1", `0-2 ${UNCLOSED}`],
    ["a{{}}", `1-5 there is nothing within the braces | ${LITERAL}`],
    ['{{"abc}}', "2-3 this text is not closed | expected the same quote at its end"],
    ['{{choice("a\nb")}}', "9-10 this text is not closed | expected the same quote at its end"],
    ["{{user name}}", '7-11 unexpected "name" in a template | expected "}}"'],
    ["{{users.}}", "8-10 the expression is not complete | expected a name after it"],
    ["{{users.a.b}}", '9-10 unexpected "." in a template | expected "}}"'],
    ["{{users.(}}", '8-9 unexpected "(" in a template | expected a name after it'],
    ["{{int(1 2)}}", '8-9 unexpected "2" in a template | expected "," or ")"'],
    ["{{int(1}}", '7-9 the expression is not complete | expected "," or ")"'],
    ["{{int(,)}}", '6-7 unexpected "," in a template | expected a whole number or a text in quotes'],
    ["{{int(user)}}", '6-10 unexpected "user" in a template | expected a whole number or a text in quotes'],
    ["{{url(next, 1)}}", '10-11 unexpected "," in a template | expected ")"'],
    ["{{url(next}}", '10-12 the expression is not complete | expected ")"'],
    ["{{url(users.)}}", '12-13 unexpected ")" in a template | expected a name after it'],
    ["{{int(1.5, 2)}}", `6-7 unexpected "1" in a template | ${LITERAL}`],
    ["{{int(1, 2)x}}", '11-12 unexpected "x" in a template | expected "}}"'],
    ["{{12}}", '2-4 unexpected "12" in a template | expected "}}"'],
    ['{{"a"b}}', '5-6 unexpected "b" in a template | expected "}}"'],
    ['{{"a\\q"}}', `4-6 unexpected "\\\\q" in a template | ${LITERAL}`],
    ["{{#each}}", `2-3 unexpected "#" in a template | ${LITERAL}`],
    ["{{🎉}}", `2-4 unexpected "🎉" in a template | ${LITERAL}`],
  ])("%j: %s", (text, expected) => {
    expect(piecesOf(text)).toEqual([expected]);
  });
});

test("pieces cover the text from its beginning to its end", () => {
  const part = fc.oneof(
    fc.string({ unit: fc.constantFrom(..."ab {}\"'\n") }),
    fc.constantFrom("{{user}}", "{{ a.b }}", '{{int(1,"2")}}', '{{"{{"}}'),
  );
  fc.assert(
    fc.property(fc.array(part), (parts) => {
      const text = parts.join("");
      const parsed = parseTemplate(text);
      if ("message" in parsed) {
        expect(parsed.start).toBeLessThanOrEqual(parsed.end);
        expect(parsed.end).toBeLessThanOrEqual(text.length);
        return;
      }
      let at = 0;
      for (const piece of parsed) {
        expect(piece.start).toBe(at);
        at = piece.end;
      }
      expect(at).toBe(text.length);
    }),
  );
});
