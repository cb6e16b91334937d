/**
 * The house rules of docs/ARCHITECTURE.md, held against the imports as they are: floors, no cycles, no file that
 * nobody reaches, and nothing impure on the pure floors.
 */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize, relative } from "node:path";
import { expect, test } from "vitest";

const ROOT = join(import.meta.dirname, "..");
const SRC = join(ROOT, "src");

const FLOORS: Readonly<Record<string, number>> = {
  base: 0,
  model: 1,
  scenario: 2,
  engine: 2,
  ledger: 2,
  protocol: 2,
  metrics: 2,
  report: 2,
  client: 3,
  render: 3,
  io: 4,
  sim: 4,
  target: 4,
  drive: 5,
  cli: 6,
};
const PURE = [
  "base",
  "model",
  "scenario",
  "engine",
  "ledger",
  "protocol",
  "metrics",
  "report",
  "client",
  "render",
  "sim",
];

/**
 * Where a process, a thread or another program begins; then what the tests alone use: the generator of the committed
 * schema, HTTP/1.1's server role, against which the client role is tested, and the worlds of the swarm.
 */
const ENTRIES = [
  "cli/main.ts",
  "drive/shard-worker.ts",
  "drive/ledger-file.ts",
  "target/target-worker.ts",
  "scenario/json-schema.ts",
  "protocol/http1/request-parser.ts",
  "protocol/http1/response-encoder.ts",
  "sim/byte-network.ts",
  "sim/faulty-disk.ts",
];

interface Import {
  readonly from: string;
  readonly to: string;
}

const files = readdirSync(SRC, { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".ts") && !file.endsWith(".test.ts"))
  .map((file) => file.replaceAll("\\", "/"))
  .sort();

function importsOf(file: string): Import[] {
  const text = readFileSync(join(SRC, file), "utf8");
  const found = text.matchAll(/(?:from|import)\s*\(?\s*"(\.[^"]+)"/g);
  return [...found].map(([, path]) => ({
    from: file,
    to: relative(SRC, normalize(join(SRC, dirname(file), path!))).replaceAll("\\", "/"),
  }));
}

const imports = files.flatMap(importsOf);
const folderOf = (file: string): string => file.slice(0, file.indexOf("/"));

test("every folder of src has a floor", () => {
  expect([...new Set(files.map(folderOf))].filter((folder) => !(folder in FLOORS))).toEqual([]);
});

test("a file imports its own folder and lower floors only", () => {
  const wrong = imports.filter(
    ({ from, to }) => folderOf(from) !== folderOf(to) && FLOORS[folderOf(to)]! >= FLOORS[folderOf(from)]!,
  );
  expect(wrong).toEqual([]);
});

test("imports have no cycles", () => {
  const state = new Map<string, "open" | "closed">();
  const cycles: string[] = [];
  const visit = (file: string, path: readonly string[]): void => {
    if (state.get(file) === "closed") return;
    if (state.get(file) === "open") {
      cycles.push([...path.slice(path.indexOf(file)), file].join(" -> "));
      return;
    }
    state.set(file, "open");
    for (const { from, to } of imports) if (from === file) visit(to, [...path, file]);
    state.set(file, "closed");
  };
  for (const file of files) visit(file, []);
  expect(cycles).toEqual([]);
});

test("every file is reached from where a program begins", () => {
  const reached = new Set<string>();
  const reach = (file: string): void => {
    if (reached.has(file)) return;
    reached.add(file);
    for (const { from, to } of imports) if (from === file) reach(to);
  };
  for (const entry of ENTRIES) reach(entry);
  expect(files.filter((file) => !reached.has(file))).toEqual([]);
});

test("the pure floors hold no clock, no chance, no promise and no transcendental function", () => {
  const impure = /\b(async|await|Promise|Date\.now|new Date|Math\.(random|log\w*|exp\w*|pow|sin|cos|tan)|node:\w+)\b/;
  const wrong = files
    .filter((file) => PURE.includes(folderOf(file)))
    .flatMap((file) => {
      const code = readFileSync(join(SRC, file), "utf8")
        .replace(/\/\*[\s\S]*?\*\//g, "")
        .replace(/\/\/.*$/gm, "");
      const found = impure.exec(code);
      return found === null ? [] : [`${file}: ${found[0]}`];
    });
  expect(wrong).toEqual([]);
});

test("files stay small enough to read in one sitting", () => {
  const long = files.filter((file) => readFileSync(join(SRC, file), "utf8").split("\n").length > 420);
  expect(long).toEqual([]);
});
