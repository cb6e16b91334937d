import { expect, test } from "vitest";
import { BLOCK_BYTES } from "../base/limits.ts";
import { NS_PER_SECOND } from "../base/units.ts";
import { BlockWriter } from "../ledger/block-writer.ts";
import { KIND, STOP_CODES } from "../model/entry.ts";
import { loadScenario } from "../scenario/load.ts";
import { liveManifest } from "./manifest.ts";
import { Recording } from "./recording.ts";

const TOML = `
[runtime]
iterations = 1000
vus = 2
[target]
base_url = "http://127.0.0.1:1"
[[requests]]
name = "home"
path = "/"
[assertions]
error_rate_max = { limit = 0.1, abort_on_fail = true, delay_seconds = 1 }
rps_min = { limit = 3, abort_on_fail = true, delay_seconds = 1 }
`;

/** A recording of two shards, and what writes their entries. */
function twoShards() {
  const loaded = loadScenario(TOML, { path: "two.toml", readFile: () => "there is no such file" });
  if ("problems" in loaded) throw new Error(loaded.problems.map(({ message }) => message).join("; "));
  const source = { path: "two.toml", text: TOML, overrides: { durationSeconds: null, vus: null }, ...loaded };
  const manifest = liveManifest(source, "7", 2, { io: "node", reason: "" }, new Date(0));
  const recording = new Recording({ append: () => {} }, manifest, loaded.scenario, () => {});
  const writers = [0, 1].map(
    (shard) =>
      new BlockWriter(
        shard,
        () => new ArrayBuffer(BLOCK_BYTES),
        (block, bytes) => recording.add(new Uint8Array(block, 0, bytes)),
      ),
  );
  /** One request of the shard's user that is answered with `status` at `second`. */
  function answer(shard: number, second: number, status: number): void {
    writers[shard]!.writeEntry(second * NS_PER_SECOND, KIND.request_issued, shard);
    writers[shard]!.writeEntry(second * NS_PER_SECOND, KIND.response_received, shard, 0, status);
  }
  function stop(shard: number, second: number): void {
    writers[shard]!.writeEntry(second * NS_PER_SECOND, KIND.stop_begun, 0, 0, STOP_CODES.iterations);
  }
  function failing(second: number): string[] {
    for (const writer of writers) writer.flush();
    return recording.failingCriteria(second * NS_PER_SECOND).map(({ name }) => name);
  }
  return { answer, stop, failing };
}

test("a shard that has done its work does not save the others from an assertion that ends the run", () => {
  const { answer, stop, failing } = twoShards();
  for (let i = 0; i < 20; i++) answer(0, 1, 200);
  answer(1, 1, 200);
  stop(0, 1);
  expect(failing(2)).toEqual([]);
  for (let i = 0; i < 9; i++) answer(1, 10, 500);
  // Rates are over the time that the other shard has come to: 30 answers in 10 s are enough, 31 in 100 s are not.
  expect(failing(11)).toEqual(["error_rate_max"]);
  answer(1, 100, 200);
  expect(failing(101)).toEqual(["error_rate_max", "rps_min"]);
  stop(1, 101);
  expect(failing(102)).toEqual([]);
});
