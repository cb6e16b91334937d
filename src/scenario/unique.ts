/** Names that must not repeat. */
import type { Report } from "./problem.ts";
import type { Located } from "./shape.ts";

/** Reports each name that an earlier one of the list has already. */
export function reportTwins(names: readonly (Located<string> | undefined)[], what: string, report: Report): void {
  const lines = new Map<string, number>();
  for (const name of names) {
    if (name === undefined) continue;
    const line = lines.get(name.value);
    if (line === undefined) lines.set(name.value, name.at.line);
    else report.problem(name.at, `the ${what} name "${name.value}" is taken`, `first used in line ${line}`);
  }
}
