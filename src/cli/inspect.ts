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
  /** Only an open model has arrivals. */
  readonly arrival?: number;
  /** Most steps or failures that are shown. */
  readonly limit: number;
}

export function inspect(path: string, options: InspectCommandOptions): Promise<number> {
  return withLedger(async () => {
    const { user, arrival, limit } = options;
    const failures = options.failures === true;
    if (arrival !== undefined) {
      say("z6: --arrival: runs have users and no arrivals yet; those come with the open model. Use --user N.");
      return EXIT.usage;
    }
    if ((user !== undefined) === failures) {
      say("z6: say what to look at, one of: --user N, --failures");
      return EXIT.usage;
    }
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
