/** `z6 run`: a load test against the real target. */
import { carryOut, overridesOf, type RunOptions } from "./carry-out.ts";
import { readScenario } from "./scenario-file.ts";

export async function run(path: string, options: RunOptions): Promise<number> {
  const file = readScenario(path, overridesOf(options));
  return typeof file === "number" ? file : carryOut(file, options);
}
