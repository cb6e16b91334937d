/** Makes the manifest of a new run: what goes into the ledger first, so that the ledger needs nothing else. */
import { basename } from "node:path";
import { utf8Encode } from "../base/bytes.ts";
import type { IoChoice } from "../io/choose-io.ts";
import { sha256 } from "../io/system.ts";
import { packageVersion } from "../io/version.ts";
import { hex } from "../ledger/chain.ts";
import type { DataSet } from "../model/data.ts";
import type { Manifest } from "../model/manifest.ts";
import type { Scenario } from "../model/scenario.ts";

export interface ScenarioSource {
  readonly path: string;
  readonly text: string;
  /** What the text was loaded as. */
  readonly scenario: Pick<Scenario, "data" | "secrets">;
  /** Body files by the path that the scenario names. */
  readonly bodyFiles: ReadonlyMap<string, Uint8Array>;
  readonly overrides: { readonly durationSeconds: number | null; readonly vus: number | null };
}

/** The manifest of a live run that starts at `startTime`. */
export function liveManifest(
  source: ScenarioSource,
  seed: string,
  shards: number,
  choice: IoChoice,
  startTime: Date,
): Manifest {
  const start = startTime.toISOString();
  return {
    ...commonPart(source, seed, shards),
    run_id: `run_${start.slice(0, 10)}_${start.slice(11, 19).replaceAll(":", "")}`,
    simulated: false,
    start_time: start,
    io: choice.io,
    io_reason: choice.reason,
    model: null,
  };
}

/**
 * The manifest of a simulation against `model` (the text of the model's TOML). It holds nothing that differs between
 * two simulations of the same plan: no clock, no folder, no run id of its own.
 */
export function simulatedManifest(source: ScenarioSource, seed: string, model: string): Manifest {
  return {
    ...commonPart({ ...source, path: basename(source.path) }, seed, 1),
    run_id: "simulation",
    simulated: true,
    start_time: null,
    io: "simulated",
    io_reason: "",
    model,
  };
}

function commonPart(
  source: ScenarioSource,
  seed: string,
  shards: number,
): Pick<Manifest, "ledger" | "z6" | "seed" | "shards" | "scenario" | "overrides"> {
  return {
    ledger: 1,
    z6: packageVersion(),
    seed,
    shards,
    scenario: {
      path: source.path,
      text: source.text,
      sha256: hex(sha256(utf8Encode(source.text))),
      files: Object.fromEntries(
        [...source.bodyFiles].map(([path, bytes]) => [path, Buffer.from(bytes).toString("base64")]),
      ),
      ...embeddedValues(source.scenario),
    },
    overrides: { duration_seconds: source.overrides.durationSeconds, vus: source.overrides.vus },
  };
}

/**
 * What templates take from outside the text, without what is secret. It is not compressed: what zlib makes of a text
 * differs between its versions, and equal simulations have equal bytes.
 */
function embeddedValues({ data, secrets }: ScenarioSource["scenario"]): Pick<Manifest["scenario"], "data" | "secrets"> {
  return {
    ...(data.length > 0 && { data: data.map(withoutSecrets) }),
    ...(secrets.length > 0 && { secrets: Object.fromEntries(secrets.map(({ name, shadow }) => [name, shadow])) }),
  };
}

function withoutSecrets(set: DataSet): DataSet {
  return { ...set, columns: set.columns.map((column) => (column.secret ? { ...column, values: null } : column)) };
}
