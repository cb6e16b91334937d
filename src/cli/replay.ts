/** `z6 replay`: re-runs the engine on the recorded inputs and compares every decision. */
import { type ReplayOutcome, replay as replayRun } from "../drive/replay.ts";
import { formatCount, formatNs } from "../report/units.ts";
import { EXIT } from "./exit-codes.ts";
import { print, say } from "./output.ts";
import { withLedger } from "./with-ledger.ts";

export interface ReplayOptions {
  readonly json?: boolean;
}

export function replay(path: string, options: ReplayOptions): Promise<number> {
  return withLedger(async () => {
    const startedAtMs = performance.now();
    const outcome = replayRun(path);
    return report(outcome, Math.round((performance.now() - startedAtMs) * 1e6), options);
  });
}

function report(outcome: ReplayOutcome, tookNs: number, options: ReplayOptions): number {
  const { run, end, turns, inputs, commands, difference } = outcome;
  if (end.state === "damaged" || end.state === "not_a_ledger") {
    say(`z6: ${run.path} is damaged: ${end.reason}. Replay does not go beyond (z6 verify says more).`);
    return EXIT.usage;
  }
  const identical = difference === null;
  if (options.json === true) {
    print(JSON.stringify({ identical, turns, inputs, commands, state: end.state, difference }, null, 2));
    return identical ? EXIT.ok : EXIT.failed;
  }
  const what = `${formatCount(turns)} turns, ${formatCount(inputs)} inputs, ${formatCount(commands)} commands`;
  if (difference === null) {
    print(`identical: ${run.manifest.run_id}, ${what}, in ${formatNs(tookNs)}`);
    if (end.state === "finished") print(`fingerprint ${end.fingerprint}`);
    else print("The ledger has no end (the run was killed); what there is of it was replayed.");
    return EXIT.ok;
  }
  const { record, shard, timeNs, field, expected, actual } = difference;
  print(
    [
      `differs at record ${record}: ${run.manifest.run_id}, shard ${shard}, ${formatNs(timeNs)} into the run, ${field}`,
      `  recorded  ${expected}`,
      `  replayed  ${actual}`,
      `  before it ${what} were compared`,
    ].join("\n"),
  );
  return EXIT.failed;
}
