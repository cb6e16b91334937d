/** Every dependency has its line of reason in docs/ARCHITECTURE.md, and every line is about one that there is. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const ROOT = join(import.meta.dirname, "..");

interface Package {
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
  readonly optionalDependencies: Readonly<Record<string, string>>;
}

test("the table of dependencies names those of package.json", () => {
  const chapter = readFileSync(join(ROOT, "docs/ARCHITECTURE.md"), "utf8").split("\n## Dependencies\n")[1]!;
  const rows = chapter.split("\n").filter((line) => line.startsWith("| ") && !line.startsWith("| package |"));
  const named = rows
    .flatMap((row) => row.split("|")[1]!.replace("(optional)", "").split(","))
    .map((name) => name.trim());
  const { dependencies, devDependencies, optionalDependencies } = JSON.parse(
    readFileSync(join(ROOT, "package.json"), "utf8"),
  ) as Package;
  expect(named.sort()).toEqual(Object.keys({ ...dependencies, ...devDependencies, ...optionalDependencies }).sort());
});
