/** What a scenario plans, carried through a simulation: arrivals and rules in the books, assertions that end the run. */
import { expect, test } from "vitest";
import { loadScenario } from "../scenario/load.ts";
import { loadModel } from "../scenario/load-model.ts";
import { simulatedManifest } from "./manifest.ts";
import { planFor } from "./run-plan.ts";
import { simulate } from "./simulate.ts";

/** Simulates the scenario against a server that answers `errorRatio` of all requests with status 500. */
function simulated(toml: string, errorRatio: number) {
  const loaded = loadScenario(toml, { path: "books.toml", readFile: () => "there is no such file" });
  if ("problems" in loaded) throw new Error(loaded.problems.map(({ message }) => message).join("; "));
  const model = loadModel("", { errorRatio });
  if ("problems" in model) throw new Error("the model is refused");
  const source = { path: "books.toml", text: toml, overrides: { durationSeconds: null, vus: null }, ...loaded };
  const manifest = simulatedManifest(source, "7", "");
  const ledger = {
    bytes: 0,
    append(block: Uint8Array) {
      ledger.bytes += block.length;
    },
    close: () => {},
  };
  const { summary, fingerprint } = simulate(manifest, planFor(loaded.scenario), model.model, ledger, () => {});
  return { summary, fingerprint, criteria: loaded.scenario.criteria };
}

const REQUEST = `
[target]
base_url = "http://127.0.0.1:1"
[[requests]]
name = "home"
method = "GET"
path = "/"
[requests.expect]
status = [200, 500]
body_contains = "ok"
`;

test("the books of an open run have every arrival that was planned, also those that were dropped", () => {
  for (const distribution of ["even", "poisson"]) {
    const { summary } = simulated(
      `${REQUEST}[schedule]\ntype = "arrivals"\nrate = 300\nmax_vus = 4\ndistribution = "${distribution}"\n[runtime]\nduration_seconds = 5\n`,
      0,
    );
    const { arrivals, books } = summary;
    expect(arrivals).toMatchObject({ planned: 1_500, not_reached: 0, max_vus: 4 });
    expect(arrivals!.dropped).toBeGreaterThan(100);
    expect(books).toMatchObject({ balanced: true, issued: arrivals!.started, dropped: arrivals!.dropped });
  }
});

const CLOSED = "[runtime]\nduration_seconds = 20\nvus = 3\n";

test("a status that a rule asks for is a success, and a rule that is broken otherwise an error of its own", () => {
  const { summary } = simulated(REQUEST + CLOSED, 0.2);
  const count500 = summary.requests.by_status[500]!;
  expect(count500).toBeGreaterThan(50);
  const broken = summary.checks.find(({ rule }) => rule.startsWith("body"))!.failed;
  expect(summary.errors.by_kind).toEqual(broken === 0 ? {} : { check_failed: broken });
  expect(summary.checks.find(({ rule }) => rule.startsWith("status"))).toMatchObject({
    failed: 0,
    passed: summary.books.completed,
  });
});

test("an assertion that fails ends the run after its delay, and one that holds does not", () => {
  const plain = REQUEST.split("[requests.expect]")[0]!;
  const judged = `${plain}${CLOSED}[assertions]\nerror_rate_max = 0.1\nabort_on_fail = true\nabort_delay_seconds = 4\n`;
  const first = simulated(judged, 0.3);
  expect(first.criteria[0]).toMatchObject({ abortAfterNs: 4e9 });
  expect(first.summary.runtime.stop_reason).toBe("assertion_failed");
  expect(first.summary.runtime.duration_seconds).toBeGreaterThanOrEqual(4);
  expect(first.summary.runtime.duration_seconds).toBeLessThan(5);
  expect(first.summary.books.balanced).toBe(true);
  expect(simulated(judged, 0.3).fingerprint).toBe(first.fingerprint);
  expect(simulated(judged, 0.05).summary.runtime.stop_reason).toBe("duration");
  const patient = judged.replace("abort_on_fail = true\nabort_delay_seconds = 4\n", "");
  expect(simulated(patient, 0.3).summary.runtime).toMatchObject({ stop_reason: "duration", duration_seconds: 20 });
});
