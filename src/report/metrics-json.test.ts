import { readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, it } from "vitest";
import { STOP_REASONS } from "../model/entry.ts";
import { FAILURE_KINDS } from "../model/failure.ts";
import type { Summary } from "../model/summary.ts";
import { metricsJson } from "./metrics-json.ts";

const SCHEMA = JSON.parse(readFileSync(new URL("../../schema/metrics.schema.json", import.meta.url), "utf8"));
const TEXT = readFileSync(new URL("./fixtures/summary.json", import.meta.url), "utf8");
const SUMMARY = JSON.parse(TEXT) as Summary;
const validate = new Ajv2020({ strict: true, allowUnionTypes: true, allErrors: true }).compile(SCHEMA);

function problems(value: unknown): string[] {
  validate(value);
  return (validate.errors ?? []).map((error) => `${error.instancePath} ${error.keyword}`);
}

/** Every object within `value`, each with its path. */
function* objectsIn(value: unknown, path = ""): Generator<[path: string, object: Record<string, unknown>]> {
  if (typeof value !== "object" || value === null) return;
  if (!Array.isArray(value)) yield [path, value as Record<string, unknown>];
  for (const [key, inner] of Object.entries(value)) yield* objectsIn(inner, `${path}/${key}`);
}

describe("metricsJson", () => {
  it("gives the committed fixture back byte for byte", () => {
    expect(metricsJson(SUMMARY)).toBe(TEXT);
  });

  it("gives what the schema describes", () => {
    expect(problems(JSON.parse(metricsJson(SUMMARY)))).toEqual([]);
  });

  it("is described whole: no object takes a member that the schema does not know", () => {
    for (const [path] of objectsIn(SUMMARY)) {
      const changed = JSON.parse(TEXT);
      const [, object] = [...objectsIn(changed)].find(([other]) => other === path)!;
      object.not_described = "x";
      expect(problems(changed), path).not.toEqual([]);
    }
  });

  it("is described whole: nothing with a fixed name can be left out", () => {
    const free = /\/(by_method|by_status|by_kind|by_request)$/;
    for (const [path, named] of objectsIn(SUMMARY)) {
      if (free.test(path)) continue;
      for (const key of Object.keys(named)) {
        const changed = JSON.parse(TEXT);
        const [, object] = [...objectsIn(changed)].find(([other]) => other === path)!;
        delete object[key];
        expect(problems(changed), `${path}/${key}`).not.toEqual([]);
      }
    }
  });

  it("is described with the closed lists of the model", () => {
    expect(Object.keys(SCHEMA.$defs.errorCounts.properties.by_kind.properties)).toEqual([
      ...FAILURE_KINDS,
      "status_4xx",
      "status_5xx",
      "check_failed",
    ]);
    expect(SCHEMA.properties.runtime.properties.stop_reason.enum).toEqual([...STOP_REASONS, null]);
  });
});
