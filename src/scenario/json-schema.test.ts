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

/** Its last table is a request. */
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
  ['[schedule]\ntype = "arrivals"\nrate = 0.5\nmax_vus = 3', true],
  ['[schedule]\ntype = "arrivals"\nrate = 0', false],
  ['[schedule]\ntype = "arrivals"\nrate = 1\nend_rate = 2', false],
  ['[schedule]\ntype = "arrivals"\nvus = 1', false],
  ["[schedule]\nrate = 1", false],
  ["[[flows]]\nname = 'f'\nrequests = ['r']\n[flows.schedule]\nvus = 2", true],
  ["[[flows]]\nname = 'f'", false],
  ["[[flows]]\nname = 'f'\nrequests = ['r']\nchoose = ['r']", false],
  ["[[flows]]\nname = 'f'\nchoose = ['r']\n[[sequence.steps]]\nrequest = 'r'", false],
  ["[sequence]\nsteps = [{ request = 'r' }]\non_failure = 'stop'", true],
  ["[sequence]\nsteps = [{ request = 'r' }]\non_failure = 'abort'", false],
  ["[assertions]\nabort_on_fail = true\nrps_min = { limit = 3, delay_seconds = 0 }", true],
  ["[assertions]\nrps_min = { abort_on_fail = true }", false],
  ["[assertions]\nrps_min = '3'", false],
  ['[schedule]\ntype = "spike"\nspike_vus = 3', false],
  ["[think_time]\nmin_ms = 3", false],
  ["[assertions.requests.r]\nrps = 3", false],
  ["[[targets]]\nname = 'a'\nbase_url = 'http://h'", false],
  ["[[requests]]\nname = 'q'\npath = 'x'", false],
  ["[[requests]]\nname = 'q'\npath = '/{{choice(\"a b\")}} c'", true],
  ["[[requests]]\nname = 'q'\npath = '/ {{user}}'", false],
  ["[[requests]]\nname = 'q'\npath = '/'\nbody = 'a'\nform = { b = 'c' }", false],
  ["[[requests]]\nname = 'q'\npath = '/'\nmultipart = { a = 'b', c = { file = 'd' } }", true],
  ["[[requests]]\nname = 'q'\npath = '/'\nmultipart = { a = 1 }", false],
  ["[[requests]]\nname = 'q'\npath = '/'\nauth = { bearer = 'a' }", true],
  ["[[requests]]\nname = 'q'\npath = '/'\nauth = { }", false],
  ["[data.users]\nfile = 'a.csv'\npick = 'unique'\nsecret = ['b']", true],
  ["[data.users]\npick = 'unique'", false],
  ["[data.a-b]\nfile = 'a.csv'", false],
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

test.each([
  ["expect.status = 200", true],
  ["expect.status = '2xx'", true],
  ["expect.status = ['2xx', 304]", true],
  ["expect.status = '2XX'", false],
  ["expect.status = []", false],
  ["expect.status = [199]", false],
  ["expect.status = true", false],
  ["expect.body_contains = 'a'", true],
  ["expect.body_contains = ['a', 'b']", true],
  ["expect.body_contains = ['']", false],
  ["expect.json = { '/a~1b' = 'x', '' = 1.5, '/c' = false }", true],
  ["expect.json = { 'a' = 1 }", false],
  ["expect.json = { '/a' = [] }", false],
  ["expect.header = { 'a b' = 'x' }", false],
  ["capture.a = { json = '/token', secret = true }", true],
  ["capture.a = { regex = '(a)' }", true],
  ["capture.a-b = { regex = '(a)' }", false],
  ["capture.a = { json = 'token' }", false],
  ["capture.a = { json = '/a', cookie = 'b' }", false],
  ["capture.a = { secret = true }", false],
  ["capture.a = {}", false],
  ["on_failure = 'stop'", true],
  ["on_failure = 'never'", false],
])("the JSON Schema judges %j of a request as %s", (added, accepted) => {
  expect(matches(`${VALID}${added}\n`)).toBe(accepted);
});
