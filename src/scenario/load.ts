/**
 * Scenario text to a validated, frozen Scenario, or to everything that is wrong with it:
 *
 *   text -> parse (positioned tree) -> check (against the shape) -> resolve (meaning, defaults, units) -> Scenario
 *
 * A text that is not TOML stops at the first step with one problem; after that every rule runs and all problems are
 * reported together.
 */
import { assert } from "../base/assert.ts";
import { utf8Encode } from "../base/bytes.ts";
import { SCENARIO_BYTES_MAX } from "../base/limits.ts";
import type { CheckTls, CompilePattern } from "../model/ports.ts";
import type { Scenario } from "../model/scenario.ts";
import { checkTree } from "./check.ts";
import { createFiles, type ReadFile } from "./files.ts";
import { deepFreeze } from "./freeze.ts";
import { parseTree } from "./parse.ts";
import { createReport, FILE_START, type Problem } from "./problem.ts";
import { resolveScenario } from "./resolve.ts";
import type { Overrides } from "./resolve-run.ts";
import { SCENARIO_SHAPE } from "./scenario-shape.ts";
import { NO_VALUES, type ValueSource } from "./value-source.ts";

export interface LoadOptions {
  /** The scenario file's path as the user gave it: for the default name, never opened. */
  readonly path: string;
  /** Reads a file by its path as the scenario writes it, which is relative to the scenario file. */
  readonly readFile: ReadFile;
  /** Judges certificate, key and ciphers of each target; by default nothing is found wrong with them. */
  readonly checkTls?: CheckTls;
  /** Judges regular expressions; by default nothing is found wrong with them. */
  readonly compilePattern?: CompilePattern;
  readonly overrides?: Overrides;
  /** Where data and environment variables come from; by default there are none. */
  readonly values?: ValueSource;
}

export interface LoadedScenario {
  readonly scenario: Scenario;
  /** What is allowed but probably not meant, in the order of the file. */
  readonly warnings: readonly Problem[];
  /** Body files by their path as written: what a ledger embeds. Keys and certificates are not among them. */
  readonly bodyFiles: ReadonlyMap<string, Uint8Array>;
}

/** At least one problem, in the order of the file. */
export interface RefusedScenario {
  readonly problems: readonly Problem[];
}

/** Loads a scenario. Never throws on any text; `readFile` and `values` are called for what the text names. */
export function loadScenario(text: string, options: LoadOptions): LoadedScenario | RefusedScenario {
  // Editors on Windows may begin a file with a byte order mark, which TOML does not know.
  const toml = text.startsWith("\ufeff") ? text.slice(1) : text;
  const report = createReport(toml);
  if (isTooLarge(toml)) {
    report.problem(FILE_START, "the scenario is too large", `expected at most ${SCENARIO_BYTES_MAX} bytes`);
    return { problems: report.problems() };
  }
  const tree = parseTree(toml, report);
  if (tree === undefined) return { problems: report.problems() };
  const value = checkTree(tree, SCENARIO_SHAPE, report);
  const files = createFiles(options.readFile, report);
  const { path, checkTls = () => null, compilePattern = null, overrides = {}, values = NO_VALUES } = options;
  const scenario = resolveScenario(value, { path, overrides, files, checkTls, compilePattern, values, report });
  const problems = report.problems();
  if (problems.length > 0) return { problems };
  assert(scenario !== null, "a scenario without problems is not resolved");
  return { scenario: deepFreeze(scenario), warnings: report.warnings(), bodyFiles: files.bodies };
}

/** UTF-8 has one to three bytes for each UTF-16 unit, so most texts need no counting. */
function isTooLarge(text: string): boolean {
  if (text.length > SCENARIO_BYTES_MAX) return true;
  return text.length * 3 > SCENARIO_BYTES_MAX && utf8Encode(text).length > SCENARIO_BYTES_MAX;
}
