import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import { getStaticTOMLValue, parseTOML } from "toml-eslint-parser";
import { expect, test } from "vitest";
import { scenarioJsonSchema } from "./json-schema.ts";
import { TEMPLATE_SCENARIO } from "./template.ts";

const COMMITTED = new URL("../../schema/scenario.schema.json", import.meta.url);
const EXAMPLES = new URL("../../examples/", import.meta.url);

test("the committed JSON Schema is the generated one (Z6_UPDATE=1 rewrites it)", () => {
  const text = `${JSON.stringify(scenarioJsonSchema(), null, 2)}\n`;
  if (process.env.Z6_UPDATE === "1") writeFileSync(COMMITTED, text);
  expect(readFileSync(COMMITTED, "utf8")).toBe(text);
});

const accepts = new Ajv2020({ strict: true, strictRequired: false, strictTypes: false }).compile(scenarioJsonSchema());
const matches = (text: string) => accepts(getStaticTOMLValue(parseTOML(text)));

test.each(readdirSync(EXAMPLES).filter((file) => file.endsWith(".toml")))(
  "the JSON Schema accepts the example %s",
  (file) => {
    expect(matches(readFileSync(new URL(file, EXAMPLES), "utf8")), JSON.stringify(accepts.errors)).toBe(true);
  },
);

test("the JSON Schema accepts the starter scenario", () => {
  expect(matches(TEMPLATE_SCENARIO), JSON.stringify(accepts.errors)).toBe(true);
});

const VALID = '[target]\nbase_url = "http://h"\n[[requests]]\nname = "r"\npath = "/"\n';

test.each([
  ["", true],
  ['[schedule]\ntype = "ramp"\nvus = 3', true],
  ["[schedule]\nvus = 3", true],
  ["[think_time]\nduration_ms = 3", true],
  ["[runtime]\nprng_seed = '0xff'", true],
  ["[runtime]\nvuss = 3", false],
  ["[runtime]\nvus = 0", false],
  ["[runtime]\niterations = 1\nduration_seconds = 1", false],
  ["[schedule]\nend_vus = 3", false],
  ['[schedule]\ntype = "arrivals"', false],
  ['[schedule]\ntype = "spike"\nspike_vus = 3', false],
  ["[think_time]\nmin_ms = 3", false],
  ["[assertions.requests.r]\nrps = 3", false],
  ["[[targets]]\nname = 'a'\nbase_url = 'http://h'", false],
  ["[[requests]]\nname = 'q'\npath = 'x'", false],
])("the JSON Schema judges %j as %s", (added, accepted) => {
  expect(matches(`${VALID}${added}\n`)).toBe(accepted);
});

test.each([
  ["http_version = 'http2'", true],
  ["max_streams_per_connection = 1", true],
  ["max_streams_per_connection = 0", false],
  ["tls_min_version = '1.2'", true],
  ["tls_max_version = '1.1'", false],
  ["tls_ciphers = 'HIGH:!aNULL'", true],
  ["tls_ciphers = ':'", false],
  ["tls_session_resumption = 1", false],
])("the JSON Schema judges %j of a target as %s", (added, accepted) => {
  expect(matches(VALID.replace("[target]", `[target]\n${added}`))).toBe(accepted);
});
