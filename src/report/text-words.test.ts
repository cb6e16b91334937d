import { expect, test } from "vitest";
import type { Part, Value } from "../model/template.ts";
import { type TextNames, textWords } from "./text-words.ts";

const NAMES: TextNames = {
  data: [{ name: "users", pick: "by_user", rows: 1, columns: [{ name: "id", secret: false, values: ["1"] }] }],
  secrets: [{ name: "API_KEY", value: "sesame", shadow: { sha256: "", lengths: [] } }],
  variables: ["token"],
};

function value(value: Value): Part {
  return { kind: "value", value, escape: "none" };
}

test("textWords writes values as a scenario has them, and never a secret", () => {
  const parts: Part[] = [
    { kind: "text", text: "/a/" },
    value({ kind: "data", set: 0, column: 0 }),
    value({ kind: "int", min: 1, max: 9 }),
    value({ kind: "choice", texts: ["x", 'y"'] }),
    value({ kind: "string", length: 12 }),
    value({ kind: "user" }),
    { kind: "base64", parts: [value({ kind: "secret", secret: 0 }), value({ kind: "variable", variable: 0 })] },
    { kind: "bytes", bytes: new Uint8Array(3) },
  ];
  expect(textWords({ parts }, NAMES)).toBe(
    '/a/{{users.id}}{{int(1, 9)}}{{choice("x", "y\\"")}}{{string(12)}}{{user}}base64({{env.API_KEY}}{{token}})…',
  );
  expect(textWords("/plain", NAMES)).toBe("/plain");
});
