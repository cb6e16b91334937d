/**
 * The shape of a scenario file, and of a model file, as a JSON Schema (draft 2020-12), for editors: completion, descriptions on hover, and
 * red lines while typing. It comes from the same table as the validation; what it cannot say (references, TLS rules,
 * when a run ends) `z6 validate` says.
 */
import { MODEL_SHAPE } from "./model-shape.ts";
import { SCENARIO_SHAPE } from "./scenario-shape.ts";
import type { KeyShape, Shape, TableShape } from "./shape.ts";

export type JsonSchema = { readonly [key: string]: unknown };

/** The JSON Schema of a scenario file. */
export function scenarioJsonSchema(): JsonSchema {
  return jsonSchema("Z6 scenario", SCENARIO_SHAPE);
}

/** The JSON Schema of a file that says what a simulation's server is like. */
export function modelJsonSchema(): JsonSchema {
  return jsonSchema("Z6 server model", MODEL_SHAPE);
}

function jsonSchema(title: string, shape: TableShape): JsonSchema {
  return { $schema: "https://json-schema.org/draft/2020-12/schema", title, ...schemaOf(shape) };
}

function schemaOf(shape: Shape): JsonSchema {
  const description = shape.doc;
  switch (shape.kind) {
    case "text":
      return {
        type: "string",
        description,
        ...(shape.choices !== undefined && { enum: shape.choices }),
        ...(shape.pattern !== undefined && { pattern: shape.pattern.regex }),
        ...(shape.charsMax !== undefined && { maxLength: shape.charsMax }),
        ...(shape.default !== undefined && { default: shape.default }),
      };
    case "integer":
    case "number":
      return {
        type: shape.kind,
        description,
        ...(shape.aboveMin ? { exclusiveMinimum: shape.min } : { minimum: shape.min }),
        maximum: shape.max,
        ...(shape.default !== undefined && { default: shape.default }),
      };
    case "boolean":
      return { type: "boolean", description, ...(shape.default !== undefined && { default: shape.default }) };
    case "seed":
      return {
        description,
        oneOf: [
          { type: "integer", minimum: 0 },
          { type: "string", pattern: "^([0-9]{1,64}|0x[0-9a-fA-F]{1,64})$" },
        ],
      };
    case "list":
      return {
        type: "array",
        description,
        minItems: shape.itemsMin,
        maxItems: shape.itemsMax,
        items: schemaOf(shape.item),
      };
    case "map":
      return {
        type: "object",
        description,
        maxProperties: shape.entriesMax,
        ...(shape.names !== undefined && { propertyNames: { pattern: shape.names.regex } }),
        additionalProperties: schemaOf(shape.value),
      };
    case "table":
      return schemaOfTable(shape);
    case "either":
      return { description, anyOf: shape.options.map(schemaOf) };
  }
}

function schemaOfTable(shape: TableShape): JsonSchema {
  const properties: Record<string, JsonSchema> = {};
  const required: string[] = [];
  for (const [name, keyShape] of keysOf(shape)) {
    properties[name] = schemaOf(keyShape);
    if (keyShape.required && keyShape.onlyFor === undefined) required.push(name);
  }
  const rules = [...pairRules(shape), ...variantRules(shape)];
  return {
    type: "object",
    description: shape.doc,
    properties,
    ...(required.length > 0 && { required }),
    additionalProperties: false,
    ...(shape.together !== undefined && {
      dependentRequired: Object.fromEntries(
        shape.together.flatMap(([a, b]) => [
          [a, [b]],
          [b, [a]],
        ]),
      ),
    }),
    ...(shape.anyOf !== undefined && { anyOf: shape.anyOf.map((name) => ({ required: [name] })) }),
    ...(rules.length > 0 && { allOf: rules }),
  };
}

function pairRules(shape: TableShape): JsonSchema[] {
  return (shape.excludes ?? []).map((pair) => ({ not: { required: pair } }));
}

/** For each variant: which keys it lacks and which it needs. */
function variantRules(shape: TableShape): JsonSchema[] {
  const { variant } = shape;
  if (variant === undefined) return [];
  const keyShape = shape.keys[variant.key];
  const choices = keyShape?.kind === "text" ? (keyShape.choices ?? []) : [];
  return choices.map((choice) => {
    const refused: Record<string, false> = {};
    const required: string[] = [];
    for (const [name, { onlyFor, required: needed }] of keysOf(shape)) {
      if (onlyFor === undefined) continue;
      if (!onlyFor.includes(choice)) refused[name] = false;
      else if (needed) required.push(name);
    }
    return {
      // An absent key is the default variant; the others must be written.
      if: {
        properties: { [variant.key]: { const: choice } },
        ...(choice !== variant.default && { required: [variant.key] }),
      },
      // biome-ignore lint/suspicious/noThenProperty: a JSON Schema keyword.
      then: { properties: refused, ...(required.length > 0 && { required }) },
    };
  });
}

/** The keys that this version takes. */
function keysOf(shape: TableShape): [string, Shape][] {
  const isTaken = (entry: [string, KeyShape]): entry is [string, Shape] => entry[1].kind !== "notYet";
  return Object.entries(shape.keys).filter(isTaken);
}
