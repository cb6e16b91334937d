import { describe, expect, it } from "vitest";
import type { Scenario } from "../model/scenario.ts";
import { loadScenario } from "../scenario/load.ts";
import { isSameLoad, scenarioDifferences } from "./scenario-differences.ts";

const BASE = `
[metadata]
name = "base"
[runtime]
duration_seconds = 10
vus = 5
[target]
base_url = "http://127.0.0.1:8080"
[[requests]]
name = "read"
path = "/read"
[[requests]]
name = "write"
method = "POST"
path = "/write"
`;

function scenario(text: string): Scenario {
  const loaded = loadScenario(text, { path: "x.toml", readFile: () => new Uint8Array() });
  if ("problems" in loaded) throw new Error(loaded.problems[0]!.message);
  return loaded.scenario;
}

const FROM = scenario(BASE);

describe("scenarioDifferences", () => {
  it.each([
    ["vus = 5", "vus = 9", "users 5 and 9", false],
    ["duration_seconds = 10", "duration_seconds = 20", "duration 10.0 s and 20.0 s", false],
    ["127.0.0.1:8080", "10.0.0.1:8080", "target http://127.0.0.1:8080 and http://10.0.0.1:8080", true],
    ['path = "/read"', 'path = "/reed"', "request changed: read (path)", true],
    ['path = "/read"', 'path = "/read"\nweight = 3', "request changed: read (weight)", false],
  ])("says of %s and %s: %s", (from, to, words, sameLoad) => {
    const other = scenario(BASE.replace(from, to));
    expect(scenarioDifferences(FROM, other)).toEqual([words]);
    expect(isSameLoad(FROM, other)).toBe(sameLoad);
  });

  it.each([
    'http_version = "http2"',
    'http_version = "auto"\nmax_streams_per_connection = 10',
    'tls_min_version = "1.3"',
    'tls_max_version = "1.2"',
    'tls_ciphers = "HIGH:TLS_AES_128_GCM_SHA256"',
    "tls_session_resumption = true",
  ])("says that the settings of the target differ by %j", (added) => {
    const secure = BASE.replace("http:", "https:");
    const other = scenario(secure.replace("[target]", `[target]\n${added}`));
    expect(scenarioDifferences(scenario(secure), other)).toEqual(["the settings of the target"]);
  });

  it("names requests that came and went", () => {
    const other = scenario(BASE.replace('name = "write"', 'name = "store"'));
    expect(scenarioDifferences(FROM, other)).toEqual(["request removed: write", "request added: store"]);
  });

  it("finds none where only names and comments differ", () => {
    const other = scenario(`# a comment\n${BASE.replace('"base"', '"other"')}`);
    expect(scenarioDifferences(FROM, other)).toEqual([]);
    expect(isSameLoad(FROM, other)).toBe(true);
  });
});
