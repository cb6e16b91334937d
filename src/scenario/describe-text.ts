/** Text with values in it, as the scenario file writes it. */
import { unreachable } from "../base/assert.ts";
import type { Scenario } from "../model/scenario.ts";
import type { Part, Text, Value } from "../model/template.ts";

/** "/users/{{users.id}}". Texts and bytes stand for themselves only as far as they can be shown. */
export function textWords(text: Text, scenario: Scenario): string {
  return typeof text === "string" ? text : text.parts.map((part) => partWords(part, scenario)).join("");
}

function partWords(part: Part, scenario: Scenario): string {
  switch (part.kind) {
    case "text":
      return part.text;
    case "bytes":
      return `(${part.bytes.length} bytes)`;
    case "base64":
      return part.parts.map((each) => partWords(each, scenario)).join("");
    case "value":
      return part.escape === "url"
        ? `{{url(${valueWords(part.value, scenario)})}}`
        : `{{${valueWords(part.value, scenario)}}}`;
    default:
      return unreachable(part);
  }
}

function valueWords(value: Value, { data, secrets, variables }: Scenario): string {
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
    case "data":
      return `${data[value.set]!.name}.${data[value.set]!.columns[value.column]!.name}`;
    case "variable":
      return variables[value.variable]!;
    default:
      return unreachable(value);
  }
}
