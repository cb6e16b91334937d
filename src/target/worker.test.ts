import { get } from "node:http";
import { MessageChannel } from "node:worker_threads";
import { expect, onTestFinished, test } from "vitest";
import { ownTarget } from "./worker.ts";
import { serveTarget } from "./worker-side.ts";

// Both halves in one thread, joined by a message channel: the worker's own file runs only from compiled code.
function joined(): MessageChannel {
  const channel = new MessageChannel();
  onTestFinished(() => channel.port1.close());
  return channel;
}

test("ownTarget gets the address, the statistics and the end of a target at the other side", async () => {
  const { port1, port2 } = joined();
  void serveTarget(port1, { seed: "7" });
  const target = await ownTarget(port2);
  const status = await new Promise((resolve, reject) => {
    get(`${target.url}/status/204`, { agent: false }, (response) => {
      response.resume().on("end", () => resolve(response.statusCode));
    }).on("error", reject);
  });
  expect(status).toBe(204);
  expect(target.certificatePem).toBeNull();
  const [first, second] = await Promise.all([target.stats(), target.stats()]);
  expect(first.by_status).toEqual({ "204": 1 });
  expect(second.by_status).toEqual({ "204": 1 });
  await target.close();
});

test("ownTarget rejects with the system's code when the target cannot listen", async () => {
  const { port1, port2 } = joined();
  void serveTarget(port1, {});
  const target = await ownTarget(port2);
  const other = joined();
  void serveTarget(other.port1, { port: target.port });
  await expect(ownTarget(other.port2)).rejects.toMatchObject({ code: "EADDRINUSE" });
  await target.close();
});

test("ownTarget rejects with the text about an option out of bounds", async () => {
  const { port1, port2 } = joined();
  void serveTarget(port1, { errorRatio: 2 });
  await expect(ownTarget(port2)).rejects.toThrow("errorRatio must be between 0 and 1, not 2");
});
