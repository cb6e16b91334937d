/** `z6 validate`: checks a scenario and describes it in words. */
import { describeScenario } from "../scenario/describe.ts";
import { EXIT } from "./exit-codes.ts";
import { print } from "./output.ts";
import { readScenario } from "./scenario-file.ts";

export function validate(path: string): number {
  const file = readScenario(path);
  if (typeof file === "number") return file;
  print(`${path}: valid\n\n${describeScenario(file.scenario)}`);
  return EXIT.ok;
}
