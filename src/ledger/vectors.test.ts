/**
 * The committed vectors, and docs/LEDGER.md against the code: what the page says is what the program does.
 */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import vectors from "../../test/vectors/ledger-v1.json" with { type: "json" };
import { utf8Decode, utf8Encode } from "../base/bytes.ts";
import { BLOCK_BYTES, BLOCK_CELLS_MAX, TEXT_BYTES_MAX } from "../base/limits.ts";
import {
  CLOSE_CODES,
  DROP_CODES,
  ENTRY_FIELDS,
  ENTRY_ORIGIN,
  KIND,
  KIND_NAMES,
  PROTOCOL_CODES,
  RETIRE_CODES,
  STOP_CODES,
} from "../model/entry.ts";
import { FAILURE_CODES } from "../model/failure.ts";
import { BlockWriter } from "./block-writer.ts";
import { Chain } from "./chain.ts";
import { LedgerReader } from "./reader.ts";

const root = new URL("../../", import.meta.url);
const log = new Uint8Array(readFileSync(new URL("test/vectors/ledger-v1.log", root)));
const page = readFileSync(new URL("docs/LEDGER.md", root), "utf8");

function sha256(...parts: readonly Uint8Array[]): Uint8Array {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return hash.digest();
}

/** The rows of the table whose first column is headed `first`. */
function table(first: string): string[][] {
  const lines = page.split("\n");
  const start = lines.findIndex((line) => line.startsWith(`| ${first} |`));
  const rows: string[][] = [];
  for (let i = start + 2; lines[i]!.startsWith("|"); i++) {
    rows.push(
      lines[i]!.split("|")
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
  }
  return rows;
}

describe("the vectors", () => {
  test("decode to what the second writer says", () => {
    const entries: unknown[] = [];
    const reader = new LedgerReader(sha256, (entry, shard, text) => {
      entries.push({ shard, ...entry, text: text === null ? null : utf8Decode(text) });
    });
    reader.push(log);
    expect(reader.finish()).toEqual(vectors.end);
    expect(entries).toEqual(vectors.entries);
  });

  test("hold every kind", () => {
    const kinds = new Set(vectors.entries.map((entry) => entry.kind));
    expect([...kinds].sort((a, b) => a - b)).toEqual(KIND_NAMES.slice(1).map((name) => KIND[name]));
  });

  test("are what our own writer makes of the same entries", () => {
    const chain = new Chain(sha256);
    const file: number[] = [];
    const writers = new Map<number, BlockWriter>();
    for (const shard of [0, 1, 0xffff]) {
      const submit = (block: ArrayBuffer, bytes: number): void => {
        const sealed = new Uint8Array(block, 0, bytes);
        chain.seal(sealed);
        file.push(...sealed);
      };
      writers.set(shard, new BlockWriter(shard, () => new ArrayBuffer(BLOCK_BYTES), submit));
    }
    let last = -1;
    for (const { shard, text, timeNs, kind, identity, flags, code, a, b, c } of vectors.entries) {
      if (last !== -1 && last !== shard) writers.get(last)!.flush();
      last = shard;
      const writer = writers.get(shard)!;
      if (text === null) writer.writeEntry(timeNs, kind, identity, flags, code, a, b, c);
      else writer.writeText(timeNs, kind, flags, utf8Encode(text), identity, code);
    }
    writers.get(last)!.flush();
    // Our writer cuts a text only where a block is full, so the blocks end elsewhere: each shard's bodies are compared.
    const bodies = (bytes: Uint8Array): Map<number, number[]> => {
      const cells = new Map<number, number[]>();
      const reader = new LedgerReader(
        sha256,
        () => {},
        ({ shard }, block) => cells.set(shard, [...(cells.get(shard) ?? []), ...block.subarray(64)]),
      );
      reader.push(bytes);
      expect(reader.finish().state).toBe("finished");
      return cells;
    };
    expect(bodies(Uint8Array.from(file))).toEqual(bodies(log));
  });
});

describe("docs/LEDGER.md", () => {
  test("lists the kinds with their fields", () => {
    const expected = KIND_NAMES.map((name) => {
      const { identity, flags, code, a, b, c } = ENTRY_FIELDS[name];
      return [String(KIND[name]), name, ENTRY_ORIGIN[name], identity, flags, code, a, b, c];
    });
    expect(table("number")).toEqual(expected);
  });

  test("lists the codes", () => {
    const list = (codes: Readonly<Record<string, number>>): string =>
      Object.entries(codes)
        .map(([name, code]) => `${code} ${name}`)
        .join(", ");
    expect(table("list")).toEqual([
      ["failure", list(FAILURE_CODES)],
      ["protocol", list(PROTOCOL_CODES)],
      ["reason of user_retired", list(RETIRE_CODES)],
      ["reason of arrival_dropped", list(DROP_CODES)],
      ["reason of connection_closed", list(CLOSE_CODES)],
      ["reason of stop_requested, stop_begun and run_ended", list(STOP_CODES)],
    ]);
  });

  test("states the bounds", () => {
    expect(page).toContain(`1 to ${BLOCK_CELLS_MAX} cells of 32 bytes`);
    expect(page).toContain(`at most ${BLOCK_BYTES.toLocaleString("en-US")} bytes`);
    expect(page).toContain(`\`textBytes\` at most ${TEXT_BYTES_MAX.toLocaleString("en-US")}`);
  });
});
