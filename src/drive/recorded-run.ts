/**
 * A run as its ledger tells it: the manifest first, then every entry, in one pass. Replay, analysis and comparison all
 * read through here, and need nothing but the file.
 */
import { join } from "node:path";
import { utf8Decode, utf8Encode } from "../base/bytes.ts";
import { pathKind, readPieces } from "../io/read-file.ts";
import { sha256 } from "../io/system.ts";
import type { EntryVisit } from "../ledger/block-decoder.ts";
import { type LedgerEnd, LedgerReader } from "../ledger/reader.ts";
import { KIND } from "../model/entry.ts";
import type { Manifest } from "../model/manifest.ts";
import type { Scenario } from "../model/scenario.ts";
import { loadScenario } from "../scenario/load.ts";
import { LEDGER_FILE } from "./run-folder.ts";

/** The path that was given leads to no ledger that could be used. A user's error: exit code 2. */
export class UnusableLedger extends Error {
  override readonly name = "UnusableLedger";
}

export interface RecordedRun {
  /** The ledger file. */
  readonly path: string;
  readonly manifest: Manifest;
  readonly scenario: Scenario;
}

/** How a file was read. The run is null when the file holds no manifest; `end` then says why. */
export interface LedgerRead {
  readonly run: RecordedRun | null;
  readonly end: LedgerEnd;
}

/** Gets the run as soon as its manifest is known, with the entry that holds it, and says who visits every later entry. */
export type RunBegin = (run: RecordedRun, ...started: Parameters<EntryVisit>) => EntryVisit;

/** The ledger that a path from the command line means: the file itself, or the one in a run folder. */
export function ledgerAt(path: string): string {
  switch (pathKind(path)) {
    case "file":
      return path;
    case "folder": {
      const file = join(path, LEDGER_FILE);
      if (pathKind(file) === "file") return file;
      throw new UnusableLedger(`${path} holds no ${LEDGER_FILE}: it is not a run folder`);
    }
    case "nothing":
      throw new UnusableLedger(`${path}: no such file or folder`);
  }
}

/**
 * Reads the ledger at `path` (a file or a run folder) once, from its beginning. The hash chain is followed on the way: entries of
 * a block are visited only when its hash fits. Throws UnusableLedger when there is nothing to read or the manifest is
 * not one; a torn or damaged file is no exception but an `end`.
 */
export function readRecordedRun(path: string, begin: RunBegin): LedgerRead {
  const pieces = readRecordedPieces(path, begin);
  for (;;) {
    const { done, value } = pieces.next();
    if (done === true) return value;
  }
}

/** As readRecordedRun, but rests after each piece of the file (1 MiB), so that a caller can pass on what it has. */
export function* readRecordedPieces(path: string, begin: RunBegin): Generator<undefined, LedgerRead> {
  const file = ledgerAt(path);
  let run: RecordedRun | null = null;
  let visit: EntryVisit | null = null;
  const reader = new LedgerReader(sha256, (entry, shard, text) => {
    if (visit !== null) {
      visit(entry, shard, text);
      return;
    }
    if (entry.kind !== KIND.run_started || text === null) {
      throw new UnusableLedger(`${file}: the ledger does not begin with its manifest`);
    }
    run = runOf(file, text);
    visit = begin(run, entry, shard, text);
  });
  for (const piece of readPieces(file)) {
    if (!reader.push(piece)) break;
    yield;
  }
  return { run, end: reader.finish() };
}

function runOf(path: string, text: Uint8Array): RecordedRun {
  const manifest = manifestOf(path, text);
  const { scenario: source, overrides } = manifest;
  const loaded = loadScenario(source.text, {
    path: source.path,
    readFile: (name) => embedded(source.files, name),
    values: { kind: "recorded", data: source.data ?? [], secrets: source.secrets ?? {} },
    overrides: {
      seed: manifest.seed,
      ...(overrides.duration_seconds === null ? {} : { durationSeconds: overrides.duration_seconds }),
      ...(overrides.vus === null ? {} : { vus: overrides.vus }),
    },
  });
  if ("problems" in loaded) {
    const { line, column, message } = loaded.problems[0]!;
    throw new UnusableLedger(`${path}: this version of Z6 refuses its scenario: ${line}:${column}: ${message}`);
  }
  return { path, manifest, scenario: loaded.scenario };
}

function manifestOf(path: string, text: Uint8Array): Manifest {
  let manifest: Partial<Manifest>;
  try {
    manifest = JSON.parse(utf8Decode(text)) as Partial<Manifest>;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new UnusableLedger(`${path}: the manifest is not JSON: ${error.message}`);
  }
  if (manifest?.ledger !== 1) {
    throw new UnusableLedger(`${path}: the manifest is of version ${manifest?.ledger}; this Z6 reads version 1`);
  }
  return manifest as Manifest;
}

/** Keys and certificates are never embedded, and nothing that is recorded depends on them. */
const PLACEHOLDER = utf8Encode("-----BEGIN PLACEHOLDER-----\n-----END PLACEHOLDER-----\n");

function embedded(files: Manifest["scenario"]["files"], name: string): Uint8Array {
  const content = files[name];
  return content === undefined ? PLACEHOLDER : Buffer.from(content, "base64");
}
