/** A scenario file from the command line: read, checked, and shown with all its problems when it is wrong. */
import { dirname, resolve } from "node:path";
import { utf8Decode } from "../base/bytes.ts";
import { SCENARIO_BYTES_MAX } from "../base/limits.ts";
import { readDataFile } from "../io/data-file.ts";
import { environmentVariable } from "../io/environment.ts";
import { compilePattern } from "../io/pattern.ts";
import { readWhole } from "../io/read-file.ts";
import { drawSecretKey, hideUnder } from "../io/secrets.ts";
import { checkTls } from "../io/tls-context.ts";
import type { HideSecret, ReadData } from "../model/ports.ts";
import type { Scenario } from "../model/scenario.ts";
import { loadScenario } from "../scenario/load.ts";
import { renderProblems } from "../scenario/render-problem.ts";
import type { ValueSource } from "../scenario/value-source.ts";
import { EXIT } from "./exit-codes.ts";
import { say } from "./output.ts";

export interface ScenarioOverrides {
  readonly durationSeconds?: number;
  readonly vus?: number;
  readonly seed?: string;
}

export interface LoadedFile {
  readonly path: string;
  readonly text: string;
  readonly scenario: Scenario;
  readonly bodyFiles: ReadonlyMap<string, Uint8Array>;
}

/**
 * The scenario of a file, or the exit code after its problems were printed to stderr. Without `hide` its secrets are hidden
 * under a key of their own.
 */
export function readScenario(path: string, overrides: ScenarioOverrides = {}, hide?: HideSecret): LoadedFile | number {
  const bytes = readWhole(path);
  if (typeof bytes === "string") {
    say(`z6: cannot read the scenario ${path}: ${bytes}`);
    return EXIT.usage;
  }
  if (bytes.length > SCENARIO_BYTES_MAX) {
    say(`z6: the scenario ${path} has ${bytes.length} bytes; at most ${SCENARIO_BYTES_MAX} are allowed`);
    return EXIT.usage;
  }
  return checkScenario(path, utf8Decode(bytes), overrides, hide);
}

/** The scenario in `text`, with paths relative to the folder of `path`; or the exit code, as above. */
export function checkScenario(
  path: string,
  text: string,
  overrides: ScenarioOverrides,
  hide: HideSecret = hideUnder(drawSecretKey()),
): LoadedFile | number {
  const folder = dirname(path);
  const readFile = (name: string) => readWhole(resolve(folder, name));
  const readData: ReadData = (name, format, delimiter) => readDataFile(resolve(folder, name), format, delimiter);
  const values: ValueSource = { kind: "live", readData, env: environmentVariable, hide };
  const loaded = loadScenario(text, { path, readFile, checkTls, compilePattern, overrides, values });
  if ("problems" in loaded) {
    say(renderProblems(loaded.problems, path));
    return EXIT.usage;
  }
  if (loaded.warnings.length > 0) say(`warning: ${renderProblems(loaded.warnings, path)}`);
  return { path, text, scenario: loaded.scenario, bodyFiles: loaded.bodyFiles };
}
