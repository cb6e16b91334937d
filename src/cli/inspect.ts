/** `z6 inspect`: a run close up, in words: one user from beginning to end, or every failure with what came before. */
import { inspectFailures } from "../drive/inspect-failures.ts";
import { inspectUser } from "../drive/inspect-user.ts";
import { lossOf, type SoundRun } from "../drive/sound-end.ts";
import { renderFailures } from "../report/failure-list.ts";
import { renderUser } from "../report/user-timeline.ts";
import { EXIT } from "./exit-codes.ts";
import { mayColour, type OutputOptions, say } from "./output.ts";
import { pour } from "./pour.ts";
import { withLedger } from "./with-ledger.ts";

export interface InspectCommandOptions extends OutputOptions {
  readonly user?: number;
  readonly failures?: boolean;
  /** The same of an open model: arrivals are numbered as users are. */
  readonly arrival?: number;
  /** Most steps or failures that are shown. */
  readonly limit: number;
}

export function inspect(path: string, options: InspectCommandOptions): Promise<number> {
  return withLedger(async () => {
    const { limit } = options;
    const wanted = [options.user, options.arrival, options.failures].filter((option) => option !== undefined);
    if (wanted.length !== 1) {
      say("z6: say what to look at, one of: --user N, --arrival N, --failures");
      return EXIT.usage;
    }
    const user = options.user ?? options.arrival;
    const colour = mayColour(process.stdout, options);
    if (user === undefined) {
      const found = inspectFailures(path, limit);
      return show(found, renderFailures(found.failures, found.run.scenario, colour));
    }
    const found = inspectUser(path, user, limit);
    return show(found, renderUser(user, found.steps, found.run.scenario, colour));
  });
}

async function show(sound: SoundRun, text: string): Promise<number> {
  const loss = lossOf(sound);
  if (loss !== null) say(`warning: ${loss}`);
  await pour(once(text));
  return EXIT.ok;
}

function* once(text: string): Generator<string, void> {
  yield text;
}
