/** What a key takes, in words: the second half of "expected ...". */
import { SEED_WORDS } from "./seed.ts";
import type { NumberShape, Shape } from "./shape.ts";

/** What a value of this shape is, in words. */
export function expectationOf(shape: Shape): string {
  switch (shape.kind) {
    case "text":
      return shape.choices === undefined ? "a text in quotes" : oneOf(shape.choices);
    case "integer":
      return `a whole number ${boundsOf(shape)}`;
    case "number":
      return `a number ${boundsOf(shape)}`;
    case "boolean":
      return "true or false";
    case "seed":
      return SEED_WORDS;
    case "list":
      if (shape.item.kind === "text") return "a list of texts in brackets";
      return shape.item.kind === "table" ? "a list of tables" : "a list in brackets";
    case "map":
    case "table":
      return "a table";
    case "either":
      return shape.words ?? shape.options.map(expectationOf).join(", or ");
  }
}

/** "from 1 to 10", "above 0 and up to 10". */
function boundsOf(shape: NumberShape): string {
  return shape.aboveMin ? `above ${shape.min} and up to ${shape.max}` : `from ${shape.min} to ${shape.max}`;
}

function oneOf(choices: readonly string[]): string {
  const quoted = choices.map((choice) => `"${choice}"`);
  return quoted.length === 1 ? quoted[0]! : `one of ${quoted.join(", ")}`;
}
