/**
 * Data files: CSV, JSON and NDJSON to one table of texts. Numbers become text as JSON writes them, true and false their
 * names, null the empty text, lists and objects their JSON. What is wrong with a file is said in words, with the line.
 * Its content is never quoted: it may be secret.
 */
import { readFileSync, statSync } from "node:fs";
import { CsvError, parse } from "csv-parse/sync";
import { DATA_FILE_BYTES_MAX, DATA_ROWS_MAX } from "../base/limits.ts";
import type { DataFormat, DataTable } from "../model/data.ts";
import { reasonOf } from "./read-file.ts";

/** A row more than may be says that there are too many. */
const ROWS_READ_MAX = DATA_ROWS_MAX + 1;

/** The table in the file at `path`, or in words why there is none. @param delimiter between the fields of CSV. */
export function readDataFile(path: string, format: DataFormat, delimiter: string): DataTable | string {
  const text = readText(path);
  if ("reason" in text) return text.reason;
  switch (format) {
    case "csv":
      return readCsv(text.text, delimiter);
    case "json":
      return readJson(text.text);
    case "ndjson":
      return readNdjson(text.text);
  }
}

/** The decoder takes a byte order mark away. */
function readText(path: string): { readonly text: string } | { readonly reason: string } {
  try {
    const { size } = statSync(path);
    if (size > DATA_FILE_BYTES_MAX) {
      return { reason: `the file has ${size} bytes; at most ${DATA_FILE_BYTES_MAX} are allowed` };
    }
    return { text: new TextDecoder("utf-8", { fatal: true }).decode(readFileSync(path)) };
  } catch (error) {
    if (error instanceof TypeError) return { reason: "the file is not UTF-8 text" };
    return { reason: reasonOf(error as NodeJS.ErrnoException) };
  }
}

/** csv-parse's reasons in our words; the last is for what no option of ours lets happen. */
const CSV_WORDS: Readonly<Record<string, string>> = {
  CSV_QUOTE_NOT_CLOSED: "a quote is not closed",
  CSV_INVALID_CLOSING_QUOTE: 'a quoted field goes on after its closing quote; a quote within it is written ""',
  INVALID_OPENING_QUOTE: "a quote stands within a field that does not begin with one",
};

function readCsv(text: string, delimiter: string): DataTable | string {
  let records: string[][];
  try {
    // The header is a record as well.
    const to = ROWS_READ_MAX + 1;
    records = parse(text, { delimiter, record_delimiter: ["\r\n", "\n"], skip_empty_lines: true, to });
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    return `line ${error.lines}: ${csvWords(error)}`;
  }
  const [header, ...rows] = records;
  const columns = header?.map((name) => name.trim()) ?? [];
  return { columns, rows, nameOf: (row) => `row ${row + 1}` };
}

function csvWords(error: CsvError): string {
  const { record } = error;
  if (error.code === "CSV_RECORD_INCONSISTENT_FIELDS_LENGTH" && Array.isArray(record)) {
    return `the row has another number of fields (${record.length}) than the header`;
  }
  return CSV_WORDS[error.code] ?? "the row is not CSV";
}

function readJson(text: string): DataTable | string {
  const parsed = parseJson(text);
  if ("reason" in parsed) return `line ${lineOf(text, parsed.offset)}: ${parsed.reason}`;
  if (!Array.isArray(parsed.value)) return "expected an array of objects";
  const table = new TableBuilder();
  for (const [index, item] of parsed.value.slice(0, ROWS_READ_MAX).entries()) {
    const reason = table.add(item, `item ${index + 1}`);
    if (reason !== null) return reason;
  }
  return table.finish();
}

function readNdjson(text: string): DataTable | string {
  const table = new TableBuilder();
  let line = 0;
  for (const each of linesOf(text)) {
    line++;
    if (each.trim() === "") continue;
    if (table.rows === ROWS_READ_MAX) break;
    const parsed = parseJson(each);
    const reason = "reason" in parsed ? `line ${line}: ${parsed.reason}` : table.add(parsed.value, `line ${line}`);
    if (reason !== null) return reason;
  }
  return table.finish();
}

function* linesOf(text: string): Generator<string> {
  for (let start = 0; start < text.length; ) {
    const found = text.indexOf("\n", start);
    const end = found < 0 ? text.length : found;
    yield text.slice(start, end);
    start = end + 1;
  }
}

type Parsed = { readonly value: unknown } | { readonly reason: string; readonly offset: number };

function parseJson(text: string): Parsed {
  try {
    return { value: JSON.parse(text) };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    // V8 says where, but for a text that ends too early; the rest of its message quotes the text.
    const position = /at position (\d+)/.exec(error.message)?.[1];
    return { reason: "this is not JSON", offset: position === undefined ? text.trimEnd().length : Number(position) };
  }
}

function lineOf(text: string, offset: number): number {
  return text.slice(0, offset).split("\n").length;
}

/** Objects to rows: the columns are all keys in the order in which they come first. */
class TableBuilder {
  private readonly columns = new Map<string, number>();
  private readonly cells: (string | undefined)[][] = [];
  private readonly names: string[] = [];

  get rows(): number {
    return this.cells.length;
  }

  /** What is wrong with the item, or null. @param name what the item is found by. */
  add(item: unknown, name: string): string | null {
    if (typeof item !== "object" || item === null || Array.isArray(item)) return `${name}: expected an object`;
    const row: (string | undefined)[] = [];
    for (const [key, value] of Object.entries(item)) {
      if (typeof value === "number" && Number.isInteger(value) && !Number.isSafeInteger(value)) {
        return `${name}: the number of "${key}" is too large to be read exactly; write it as a text`;
      }
      const column = this.columns.get(key) ?? this.columns.size;
      this.columns.set(key, column);
      row[column] = textOf(value);
    }
    this.cells.push(row);
    this.names.push(name);
    return null;
  }

  finish(): DataTable {
    return { columns: [...this.columns.keys()], rows: this.cells, nameOf: (row) => this.names[row]! };
  }
}

function textOf(value: unknown): string {
  if (value === null) return "";
  return typeof value === "string" ? value : JSON.stringify(value);
}
