/** What users copy from must load: the examples, the starter scenario and the guide. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { readDataFile } from "../io/data-file.ts";
import { sha256 } from "../io/system.ts";
import type { DataTable } from "../model/data.ts";
import type { ReadData } from "../model/ports.ts";
import { loadScenario } from "./load.ts";
import { renderProblems } from "./render-problem.ts";
import { SCENARIO_SHAPE } from "./scenario-shape.ts";
import type { KeyShape } from "./shape.ts";
import { TEMPLATE_SCENARIO } from "./template.ts";

const EXAMPLES = new URL("../../examples/", import.meta.url);
const GUIDE = readFileSync(new URL("../../docs/SCENARIO.md", import.meta.url), "utf8");

/** Stands for the data files of the guide, which do not exist. */
const GUIDE_DATA: DataTable = { columns: ["email", "password"], rows: [["a@b", "c"]], nameOf: () => "row 1" };

const readData: ReadData = (name, format, delimiter) => {
  const file = fileURLToPath(new URL(name, EXAMPLES));
  return existsSync(file) ? readDataFile(file, format, delimiter) : GUIDE_DATA;
};

/** Everything that loading has to say, as text: "" when all is well. */
function complaints(text: string, path: string): string {
  const values = { kind: "live", readData, env: () => "set", hide: sha256 } as const;
  const result = loadScenario(text, { path, readFile: () => new Uint8Array(1), values });
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
    case "either":
      return shape.options.flatMap(keyNames);
    default:
      return [];
  }
}
