/** What users copy from must load: the examples, the starter scenario and the guide. */
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { loadScenario } from "./load.ts";
import { renderProblems } from "./render-problem.ts";
import { SCENARIO_SHAPE } from "./scenario-shape.ts";
import type { KeyShape } from "./shape.ts";
import { TEMPLATE_SCENARIO } from "./template.ts";

const EXAMPLES = new URL("../../examples/", import.meta.url);
const GUIDE = readFileSync(new URL("../../docs/SCENARIO.md", import.meta.url), "utf8");

/** Everything that loading has to say, as text: "" when all is well. */
function complaints(text: string, path: string): string {
  const result = loadScenario(text, { path, readFile: () => new Uint8Array(1) });
  return renderProblems("problems" in result ? result.problems : result.warnings, path);
}

test.each(readdirSync(EXAMPLES).filter((file) => file.endsWith(".toml")))(
  "the example %s loads without problems or warnings",
  (file) => {
    expect(complaints(readFileSync(new URL(file, EXAMPLES), "utf8"), file)).toBe("");
  },
);

test("the starter scenario loads without problems or warnings", () => {
  expect(complaints(TEMPLATE_SCENARIO, "scenario.toml")).toBe("");
});

describe("the guide", () => {
  const complete = [...GUIDE.matchAll(/```toml\n(# scenario[\s\S]*?)```/g)].map((match) => match[1]!);

  test("has complete scenarios", () => {
    expect(complete.length).toBeGreaterThan(0);
  });

  test.each(complete.map((text) => [text.split("\n")[0]!, text]))(
    "has a complete scenario that loads: %s",
    (_, text) => {
      expect(complaints(text, "guide.toml")).toBe("");
    },
  );

  test.each(keyNames(SCENARIO_SHAPE))("speaks of the key %s", (name) => {
    expect(new RegExp(`\\b${name}\\b`).test(GUIDE)).toBe(true);
  });
});

/** The name of every key that a scenario may hold. */
function keyNames(shape: KeyShape): string[] {
  switch (shape.kind) {
    case "table":
      return [
        ...new Set(
          Object.entries(shape.keys).flatMap(([name, each]) =>
            each.kind === "notYet" ? [] : [name, ...keyNames(each)],
          ),
        ),
      ];
    case "list":
      return keyNames(shape.item);
    case "map":
      return keyNames(shape.value);
    default:
      return [];
  }
}
