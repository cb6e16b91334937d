import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import { getStaticTOMLValue, parseTOML } from "toml-eslint-parser";
import { expect, test } from "vitest";
import { modelJsonSchema } from "./json-schema.ts";
import { loadModel } from "./load-model.ts";
import { modelText } from "./model-text.ts";
import { renderProblems } from "./render-problem.ts";

const COMMITTED = new URL("../../schema/model.schema.json", import.meta.url);
const EXAMPLES = new URL("../../examples/models/", import.meta.url);

test("the committed JSON Schema of models is the generated one (Z6_UPDATE=1 rewrites it)", () => {
  const text = `${JSON.stringify(modelJsonSchema(), null, 2)}\n`;
  if (process.env.Z6_UPDATE === "1") writeFileSync(COMMITTED, text);
  expect(readFileSync(COMMITTED, "utf8")).toBe(text);
});

const accepts = new Ajv2020({ strict: true, strictRequired: false, strictTypes: false }).compile(modelJsonSchema());
const matches = (text: string) => accepts(getStaticTOMLValue(parseTOML(text)));

test.each(readdirSync(EXAMPLES))("the example model %s loads, and the JSON Schema accepts it", (file) => {
  const text = readFileSync(new URL(file, EXAMPLES), "utf8");
  const loaded = loadModel(text);
  expect("problems" in loaded ? renderProblems(loaded.problems, file) : "").toBe("");
  expect(matches(text), JSON.stringify(accepts.errors)).toBe(true);
  expect("model" in loaded && matches(modelText(loaded.model))).toBe(true);
});

test("every model in the guide loads", () => {
  const guide = readFileSync(new URL("../../docs/SIMULATION.md", import.meta.url), "utf8");
  const models = [...guide.matchAll(/```toml\n(# model[\s\S]*?)```/g)].map((match) => match[1]!);
  expect(models.length).toBeGreaterThan(0);
  for (const text of models) {
    const loaded = loadModel(text);
    expect("problems" in loaded ? renderProblems(loaded.problems, "guide.toml") : "").toBe("");
  }
});

test.each([
  ["", true],
  ["[service_time]\nduration_ms = 5", true],
  ["[service_time]\nmedian_ms = 5", false],
  ['[service_time]\ntype = "uniform"\nmin_ms = 1', false],
  ["[server]\nworkers = -1", false],
  ["[server]\nworker = 1", false],
  ["[[stalls]]\nstart_seconds = 1", false],
])("the JSON Schema of models judges %j as %s", (text, accepted) => {
  expect(matches(text)).toBe(accepted);
});
