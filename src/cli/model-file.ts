/** The server model of a simulation, from a file and the command line; shown with all its problems when it is wrong. */
import { utf8Decode } from "../base/bytes.ts";
import { SCENARIO_BYTES_MAX } from "../base/limits.ts";
import { readWhole } from "../io/read-file.ts";
import type { ServerModel } from "../model/server-model.ts";
import { loadModel } from "../scenario/load-model.ts";
import { renderProblems } from "../scenario/render-problem.ts";
import type { ModelOverrides } from "../scenario/resolve-model.ts";
import { EXIT } from "./exit-codes.ts";
import { say } from "./output.ts";

/** The model in the file at `path` (the default server without one), or the exit code after its problems were printed. */
export function readModel(path: string | undefined, overrides: ModelOverrides): ServerModel | number {
  const bytes = path === undefined ? new Uint8Array(0) : readWhole(path);
  if (typeof bytes === "string") {
    say(`z6: cannot read the model ${path}: ${bytes}`);
    return EXIT.usage;
  }
  if (bytes.length > SCENARIO_BYTES_MAX) {
    say(`z6: the model ${path} has ${bytes.length} bytes; at most ${SCENARIO_BYTES_MAX} are allowed`);
    return EXIT.usage;
  }
  const loaded = loadModel(utf8Decode(bytes), overrides);
  if ("model" in loaded) return loaded.model;
  say(renderProblems(loaded.problems, path ?? "the default model"));
  return EXIT.usage;
}
