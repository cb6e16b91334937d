/**
 * The data sets of a scenario. Files are read before the templates are, which need their columns; afterwards only sets
 * and columns that templates use are kept, in the order of their first use.
 */
import { shadowOf } from "../base/escape.ts";
import { DATA_CHARS_MAX, DATA_ROWS_MAX, DATA_SECRETS_MAX, SECRET_VALUE_CHARS } from "../base/limits.ts";
import { DATA_FORMATS, type DataColumn, type DataFormat, type DataSet, type DataTable } from "../model/data.ts";
import type { HideSecret } from "../model/ports.ts";
import type { Value } from "../model/template.ts";
import { areNames, columnHint } from "./column-names.ts";
import type { Report } from "./problem.ts";
import { TEMPLATE_WORDS } from "./resolve-captures.ts";
import type { DataValue, ScenarioValue } from "./scenario-shape.ts";
import type { ValueSource } from "./value-source.ts";

const FILE_ENDINGS: Readonly<Record<string, DataFormat>> = {
  csv: "csv",
  json: "json",
  ndjson: "ndjson",
  jsonl: "ndjson",
};

/** A data set that templates can name. */
export interface NamedData {
  /** What messages call it: the file's path as written. */
  readonly file: string;
  /** Null when the file was refused, which is reported: any name will do then. */
  readonly columns: readonly string[] | null;
  /** Whether messages may show them. */
  readonly columnsShown: boolean;
  /** The value of a column, which is kept from now on. */
  use(column: string): Value;
}

export interface ScenarioData {
  readonly names: readonly string[];
  find(name: string): NamedData | undefined;
  /** What is in use, once all templates are read. Reports values that are missing, warns of sets without use. */
  finish(): readonly DataSet[];
}

/** The data sets of [data]; what is wrong with them is reported. */
export function resolveData({ fields }: ScenarioValue, source: ValueSource, report: Report): ScenarioData {
  const sets = new Map<string, OpenSet>();
  const used: OpenSet[] = [];
  for (const [name, value] of fields.data?.value ?? []) {
    if (TEMPLATE_WORDS.includes(name)) {
      report.problem(value.key, `\`${name}\` has a meaning in templates already`, "choose another name");
    }
    const content = source.kind === "live" ? readContent(value, source, report) : recordedContent(name, source);
    sets.set(name, new OpenSet(name, value, content, used));
  }
  return {
    names: [...sets.keys()],
    find: (name) => sets.get(name),
    finish() {
      for (const [name, set] of sets) {
        if (source.kind === "live" && set.content !== null && !used.includes(set)) {
          report.warning(set.value.key, `no template uses the data \`${name}\``);
        }
        // The ledger keeps what is used.
        if (source.kind === "recorded" && set.content === null && used.includes(set)) {
          report.problem(set.value.key, `the data of \`${name}\` is not at hand`);
        }
      }
      const data = used.flatMap((set) => set.finish(report) ?? []);
      const chars = data.reduce((sum, set) => sum + charsOf(set), 0);
      if (chars > DATA_CHARS_MAX) {
        const message = `the data in use has ${chars} characters`;
        const hint = `expected at most ${DATA_CHARS_MAX}: the ledger holds it, so use fewer rows or shorter values`;
        report.problem(used[0]!.value.key, message, hint);
      }
      return data;
    },
  };
}

function charsOf({ columns }: DataSet): number {
  let chars = 0;
  for (const { secret, values } of columns) {
    // A value has its quotes and a comma besides.
    for (const value of values ?? []) chars += secret ? SECRET_VALUE_CHARS : value.length + 1;
  }
  return chars;
}

/** What a set holds: a file's content, or what the ledger kept of it. */
type Content =
  | {
      readonly kind: "table";
      readonly table: DataTable;
      readonly columnsShown: boolean;
      readonly secret: ReadonlySet<string>;
      readonly hide: HideSecret;
    }
  | { readonly kind: "recorded"; readonly set: DataSet };

/** A data set while templates are read. */
class OpenSet implements NamedData {
  readonly columns: readonly string[] | null;
  readonly columnsShown: boolean;
  readonly value: DataValue;
  readonly content: Content | null;
  private readonly name: string;
  /** Its columns in use, in the order of their first use. */
  private readonly used: string[] = [];
  /** All sets in use, likewise. */
  private readonly usedSets: OpenSet[];

  constructor(name: string, value: DataValue, content: Content | null, usedSets: OpenSet[]) {
    this.name = name;
    this.value = value;
    this.content = content;
    this.usedSets = usedSets;
    this.columnsShown = content?.kind !== "table" || content.columnsShown;
    if (content === null) this.columns = null;
    else if (content.kind === "table") this.columns = content.table.columns;
    else this.columns = content.set.columns.map((column) => column.name);
  }

  get file(): string {
    return this.value.fields.file?.value ?? "";
  }

  use(column: string): Value {
    if (!this.usedSets.includes(this)) this.usedSets.push(this);
    if (!this.used.includes(column)) this.used.push(column);
    return { kind: "data", set: this.usedSets.indexOf(this), column: this.used.indexOf(column) };
  }

  finish(report: Report): DataSet | null {
    const { content, used, name } = this;
    if (content === null) return null;
    const pick = this.value.fields.pick?.value ?? "by_user";
    if (content.kind === "recorded") {
      const columns = used.map((column) => content.set.columns.find((each) => each.name === column)!);
      return { name, pick, rows: content.set.rows, columns };
    }
    const { table, secret, hide } = content;
    const hidden = used.filter((column) => secret.has(column)).length;
    if (hidden * table.rows.length > DATA_SECRETS_MAX) {
      report.problem(
        this.value.fields.secret!.at,
        `"${this.file}" has ${hidden * table.rows.length} secret values in use`,
        `expected at most ${DATA_SECRETS_MAX}: use fewer rows or fewer secret columns`,
      );
      return null;
    }
    const columns = used.map((column): DataColumn => {
      const values = this.valuesOf(column, table, report);
      return secret.has(column)
        ? { name: column, secret: true, values, shadows: values.map((each) => shadowOf(each, hide)) }
        : { name: column, secret: false, values };
    });
    return { name, pick, rows: table.rows.length, columns };
  }

  private valuesOf(column: string, table: DataTable, report: Report): readonly string[] {
    const index = table.columns.indexOf(column);
    const missing = table.rows.findIndex((row) => row[index] === undefined);
    if (missing >= 0) {
      const message = `"${this.file}", ${table.nameOf(missing)}: \`${column}\` is missing`;
      report.problem(this.value.fields.file!.at, message, "templates use it, so that every row must have it");
    }
    return table.rows.map((row) => row[index] ?? "");
  }
}

function recordedContent(name: string, { data }: ValueSource & { kind: "recorded" }): Content | null {
  const set = data.find((each) => each.name === name);
  return set === undefined ? null : { kind: "recorded", set };
}

function readContent(
  { fields, given }: DataValue,
  { readData, hide }: ValueSource & { kind: "live" },
  report: Report,
): Content | null {
  const { file, delimiter } = fields;
  if (file === undefined) return null;
  const ending = /\.([A-Za-z]+)$/.exec(file.value)?.[1]?.toLowerCase() ?? "";
  const format = fields.format?.value ?? FILE_ENDINGS[ending];
  if (format === undefined) {
    if (!given.has("format")) {
      const formats = DATA_FORMATS.map((each) => `"${each}"`).join(", ");
      report.problem(file.at, `the name of "${file.value}" does not say its format`, `add format = one of ${formats}`);
    }
    return null;
  }
  if (delimiter !== undefined && format !== "csv") {
    report.problem(delimiter.key, `\`delimiter\` does not belong to the format "${format}"`, "remove it");
  }
  const table = readData(file.value, format, delimiter?.value ?? ",");
  if (typeof table === "string") {
    report.problem(file.at, `cannot use "${file.value}": ${table}`, HINTS[format]);
    return null;
  }
  const fault = faultOf(table);
  if (fault !== null) {
    report.problem(file.at, `cannot use "${file.value}": ${fault}`, HINTS[format]);
    return null;
  }
  const listed = fields.secret?.value ?? [];
  const columnsShown = areNames(
    table.columns,
    format,
    listed.map(({ value }) => value),
  );
  const secret = new Set<string>();
  for (const { value: name, at } of listed) {
    if (table.columns.includes(name)) secret.add(name);
    else {
      const hint = columnHint(name, table.columns, columnsShown, `the columns of "${file.value}" are`);
      report.problem(at, `there is no column "${name}" in "${file.value}"`, hint);
    }
  }
  return { kind: "table", table, columnsShown, secret, hide };
}

const HINTS: Readonly<Record<DataFormat, string>> = {
  csv: "expected CSV with a header line, in UTF-8; paths are relative to the scenario file",
  json: "expected an array of objects, in UTF-8; paths are relative to the scenario file",
  ndjson: "expected one object a line, in UTF-8; paths are relative to the scenario file",
};

/** What makes a table that could be read unfit for use. */
function faultOf({ columns, rows }: DataTable): string | null {
  if (columns.length === 0) return "it is empty";
  const twin = columns.findIndex((name, index) => columns.indexOf(name) !== index);
  if (columns.includes("")) return `column ${columns.indexOf("") + 1} has no name`;
  if (twin >= 0) return `columns ${columns.indexOf(columns[twin]!) + 1} and ${twin + 1} have the same name`;
  if (rows.length === 0) return "it has a header but no rows";
  return rows.length > DATA_ROWS_MAX ? `it has more than ${DATA_ROWS_MAX} rows` : null;
}
