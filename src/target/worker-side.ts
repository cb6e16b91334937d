/** The worker's half: runs a target and answers its owner's questions. */

import type { TargetOptions } from "./options.ts";
import { startTarget } from "./server.ts";
import type { Channel, Message, Question } from "./worker-messages.ts";

/** Starts a target and says where it listens, or why not. Resolves when either has been said. */
export async function serveTarget(channel: Channel, options: TargetOptions): Promise<void> {
  const say = (message: Message) => channel.postMessage(message);
  try {
    const target = await startTarget(options);
    channel.on("message", (message) => {
      const question = message as Question;
      if (question.ask === "stats") say({ kind: "stats", id: question.id, stats: target.stats() });
      else void target.close().then(() => say({ kind: "closed", id: question.id }));
    });
    const { host, port, url, certificatePem } = target;
    say({ kind: "listening", address: { host, port, url, certificatePem } });
  } catch (error) {
    const { message, code } = error as NodeJS.ErrnoException;
    say({ kind: "refused", message, code: code ?? null });
  }
}
