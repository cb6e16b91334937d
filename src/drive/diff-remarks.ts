/**
 * What has to be known about two runs before their figures are compared. A warning makes the comparison doubtful: the
 * difference may have another cause than the server. A note is a difference that does no harm.
 */
import type { LedgerEnd } from "../ledger/reader.ts";
import type { Summary } from "../model/summary.ts";
import type { RecordedRun } from "./recorded-run.ts";
import { scenarioDifferences } from "./scenario-differences.ts";

/** A run whose ledger was read as far as it goes. */
export interface UsableRun {
  readonly run: RecordedRun;
  readonly end: Extract<LedgerEnd, { fingerprint: string }>;
  readonly summary: Summary;
}

export interface Remarks {
  readonly warnings: readonly string[];
  readonly notes: readonly string[];
}

/** The remarks on a comparison of `b` with `a`, in sentences. */
export function remarksOn(a: UsableRun, b: UsableRun, sameLoad: boolean): Remarks {
  const warnings: string[] = [];
  const notes: string[] = [];
  for (const [label, one] of [
    ["A", a],
    ["B", b],
  ] as const) {
    warnings.push(...warningsAbout(label, one));
  }
  const [from, to] = [a.run.manifest, b.run.manifest];
  if (from.simulated !== to.simulated) {
    warnings.push(`${from.simulated ? "A" : "B"} was simulated, the other run was not: a model is no server.`);
  } else if (from.io !== to.io) {
    warnings.push(`The runs used different ways to the network: ${from.io} and ${to.io}.`);
  }
  if (from.z6 !== to.z6) warnings.push(`The runs were made by different versions of Z6: ${from.z6} and ${to.z6}.`);
  const differences = scenarioDifferences(a.run.scenario, b.run.scenario);
  for (const difference of differences) warnings.push(`The scenarios differ: ${difference}.`);
  if (!sameLoad) warnings.push("The runs were not to send the same load, so throughput is not judged as a regression.");
  if (from.scenario.sha256 !== to.scenario.sha256) {
    const [shaA, shaB] = [from.scenario.sha256.slice(0, 12), to.scenario.sha256.slice(0, 12)];
    const sentence = `The texts of the scenarios differ (SHA-256 ${shaA} and ${shaB})`;
    if (differences.length > 0) notes.push(`${sentence}.`);
    else warnings.push(`${sentence}, though in nothing that is compared here.`);
  }
  if (a.end.fingerprint === b.end.fingerprint) notes.push("Both are the same ledger.");
  if (from.seed !== to.seed) notes.push(`The seeds differ: ${from.seed} and ${to.seed}.`);
  if (from.shards !== to.shards) notes.push(`The numbers of shards differ: ${from.shards} and ${to.shards}.`);
  if (from.simulated && to.simulated && from.model !== to.model) notes.push("The server models differ.");
  return { warnings, notes };
}

function warningsAbout(label: string, { end, summary }: UsableRun): string[] {
  const warnings: string[] = [];
  if (end.state !== "finished") {
    warnings.push(`The ledger of ${label} is incomplete (${end.state}): its figures reach only as far as it does.`);
  }
  if (summary.lag.generator_limited) {
    warnings.push(`The generator was the bottleneck in ${label}: a difference may be the generator's.`);
  }
  if (summary.lag.paused_for_disk_ns > 0) {
    warnings.push(`The generator of ${label} paused for the disk: a difference may be the generator's.`);
  }
  if (!summary.books.balanced) warnings.push(`The books of ${label} do not balance: its figures cannot be trusted.`);
  return warnings;
}
