/**
 * Model text to a frozen ServerModel, or to everything that is wrong with it: the same steps as for a scenario (load.ts)
 * with another shape.
 */
import type { ServerModel } from "../model/server-model.ts";
import { checkTree } from "./check.ts";
import { deepFreeze } from "./freeze.ts";
import { MODEL_SHAPE } from "./model-shape.ts";
import { parseTree } from "./parse.ts";
import { createReport, type Problem } from "./problem.ts";
import { type ModelOverrides, resolveModel } from "./resolve-model.ts";

/** Loads a model. The empty text is the default server. Never throws on any text of at most SCENARIO_BYTES_MAX. */
export function loadModel(
  text: string,
  overrides: ModelOverrides = {},
): { readonly model: ServerModel } | { readonly problems: readonly Problem[] } {
  const toml = text.startsWith("\ufeff") ? text.slice(1) : text;
  const report = createReport(toml);
  const tree = parseTree(toml, report);
  if (tree === undefined) return { problems: report.problems() };
  const model = resolveModel(checkTree(tree, MODEL_SHAPE, report), overrides, report);
  const problems = report.problems();
  return problems.length > 0 ? { problems } : { model: deepFreeze(model) };
}
