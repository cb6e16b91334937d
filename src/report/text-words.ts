/** A text of a scenario as its author knows it: values in braces, "/users/{{users.id}}". */
import type { Scenario } from "../model/scenario.ts";
import type { Part, Text, Value } from "../model/template.ts";

/** What the names in a text are names of. */
export type TextNames = Pick<Scenario, "data" | "secrets" | "variables">;

export function textWords(text: Text, names: TextNames): string {
  return typeof text === "string" ? text : partsWords(text.parts, names);
}

function partsWords(parts: readonly Part[], names: TextNames): string {
  return parts.map((part) => partWords(part, names)).join("");
}

function partWords(part: Part, names: TextNames): string {
  switch (part.kind) {
    case "text":
      return part.text;
    case "bytes":
      return "…";
    case "value":
      return `{{${valueWords(part.value, names)}}}`;
    case "base64":
      return `base64(${partsWords(part.parts, names)})`;
  }
}

function valueWords(value: Value, { data, secrets, variables }: TextNames): string {
  switch (value.kind) {
    case "user":
    case "iteration":
    case "uuid":
      return value.kind;
    case "int":
      return `int(${value.min}, ${value.max})`;
    case "choice":
      return `choice(${value.texts.map((text) => JSON.stringify(text)).join(", ")})`;
    case "string":
      return `string(${value.length})`;
    case "secret":
      return `env.${secrets[value.secret]!.name}`;
    case "data": {
      const set = data[value.set]!;
      return `${set.name}.${set.columns[value.column]!.name}`;
    }
    case "variable":
      return variables[value.variable]!;
  }
}
