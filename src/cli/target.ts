/** `z6 target`: the embedded server, until a signal ends it; then its statistics. */
import type { TargetOptions } from "../target/options.ts";
import { type RunningTarget, startTarget } from "../target/server.ts";
import { EXIT } from "./exit-codes.ts";
import { print, say } from "./output.ts";

const SPOKEN = { auto: "HTTP/1.1 and HTTP/2", "http1.1": "HTTP/1.1", http2: "HTTP/2" } as const;

export async function target(options: TargetOptions): Promise<number> {
  let running: RunningTarget;
  try {
    running = await startTarget(options);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === undefined && error instanceof RangeError) {
      say(`z6: ${message}`);
      return EXIT.usage;
    }
    if (code === undefined) throw error;
    say(`z6: cannot listen on ${options.host}:${options.port}: ${message}`);
    return EXIT.notCarriedOut;
  }
  const { url } = running;
  const spoken = SPOKEN[options.httpVersion ?? "auto"];
  say(`listening on ${url}   (${spoken}; statistics: ${url}/stats, routes: docs/TARGET.md; Ctrl+C ends it)`);
  if (running.certificatePem !== null) say(`its certificate, for ca_bundle:\n${running.certificatePem}`);
  await new Promise<void>((end) => {
    process.once("SIGINT", end);
    process.once("SIGTERM", end);
  });
  const stats = running.stats();
  await running.close();
  print(JSON.stringify(stats, null, 2));
  return EXIT.ok;
}
