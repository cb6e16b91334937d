/**
 * From a manifest to what a shard works with. A live run makes its plan from the manifest that it writes, and a replay
 * from the manifest that it reads, so the two cannot differ.
 */

import { assert } from "../base/assert.ts";
import { fnv1a } from "../base/bytes.ts";
import type { RenderedTable } from "../engine/engine.ts";
import type { Manifest } from "../model/manifest.ts";
import type { Scenario } from "../model/scenario.ts";
import { encodeRequest, hostHeader, mergeHeaders } from "../protocol/http1/request-encoder.ts";
import { loadScenario } from "../scenario/load.ts";

export interface RunPlan {
  readonly scenario: Scenario;
  readonly rendered: RenderedTable;
  /** Bytes of each request for each target; index request * targets + target. */
  readonly requestBytes: readonly Uint8Array[];
}

/** The plan of a manifest whose scenario was valid when it was written; a problem now is reported as an error. */
export function planOf(manifest: Manifest): RunPlan {
  const { scenario: source, overrides } = manifest;
  const loaded = loadScenario(source.text, {
    path: source.path,
    readFile: (path) => embeddedFile(source.files, path),
    overrides: {
      seed: manifest.seed,
      ...(overrides.duration_seconds === null ? {} : { durationSeconds: overrides.duration_seconds }),
      ...(overrides.vus === null ? {} : { vus: overrides.vus }),
    },
  });
  if ("problems" in loaded) throw new Error(`the scenario in the ledger is not valid: ${loaded.problems[0]?.message}`);
  return planFor(loaded.scenario);
}

/** The plan of a scenario: every request rendered once for every target. */
export function planFor(scenario: Scenario): RunPlan {
  const requestBytes: Uint8Array[] = [];
  for (const request of scenario.requests) {
    for (const target of scenario.targets) {
      requestBytes.push(
        encodeRequest({
          method: request.method,
          host: hostHeader(target.host, target.port, target.tls !== null),
          path: target.basePath + request.path,
          headers: mergeHeaders(target.headers, request.headers),
          body: request.body,
        }),
      );
    }
  }
  assert(requestBytes.length === scenario.requests.length * scenario.targets.length, "each request is rendered");
  return {
    scenario,
    requestBytes,
    rendered: {
      hash: Uint32Array.from(requestBytes, (bytes) => fnv1a(bytes)),
      bytes: Float64Array.from(requestBytes, (bytes) => bytes.length),
    },
  };
}

function embeddedFile(files: Manifest["scenario"]["files"], path: string): Uint8Array | string {
  const content = files[path];
  return content === undefined ? "it is not embedded in the ledger" : Buffer.from(content, "base64");
}
