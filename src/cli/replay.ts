/** `z6 replay`: re-runs the engine on the recorded inputs and compares every decision. */
import { UnusableLedger } from "../drive/recorded-run.ts";
import { type ReplayOutcome, replay as replayRun } from "../drive/replay.ts";
import { formatCount, formatNs } from "../report/units.ts";
import { EXIT } from "./exit-codes.ts";
import { print, say } from "./output.ts";

export function replay(path: string, options: { readonly json?: boolean }): number {
  let outcome: ReplayOutcome;
  const startedAtMs = performance.now();
  try {
    outcome = replayRun(path);
  } catch (error) {
    if (!(error instanceof UnusableLedger)) throw error;
    say(`z6: ${error.message}`);
    return EXIT.usage;
  }
  const tookNs = Math.round((performance.now() - startedAtMs) * 1e6);
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
