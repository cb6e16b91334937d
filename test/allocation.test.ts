/**
 * The hot path makes no object per request: engine, client, codec and ledger writer carry out more than a million
 * requests from memory, in a process of their own with a heap so large that nothing is collected meanwhile, and the
 * heap is looked at before and after.
 */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "vitest";

const DIST = join(import.meta.dirname, "../dist");

const PROGRAM = `
const files = ["engine/engine.js", "base/places.js", "client/client.js", "drive/turn.js", "ledger/block-writer.js", "drive/run-plan.js",
  "scenario/load.js", "protocol/http1/response-encoder.js"];
const modules = await Promise.all(files.map((file) => import(${JSON.stringify(`file://${DIST}/`)} + file)));
const { Engine, Client, Places, Turn, BlockWriter, planFor, loadScenario, encodeResponse } = Object.assign({}, ...modules);
const USERS = 64, TURNS = 20_000;
const text = '[runtime]\\nduration_seconds = 86400\\nvus = 64\\nprng_seed = 1\\n[target]\\nbase_url = "http://127.0.0.1"\\n' +
  '[[requests]]\\nname = "a"\\npath = "/"\\n';
const plan = planFor(loadScenario(text, { path: "x.toml", readFile: () => "" }).scenario);
const body = new Uint8Array(12);
const answer = encodeResponse({ status: 200, headers: [["Date", "Thu, 01 Jan 1970 00:00:00 GMT"]], body });
const opening = [], sent = new Int32Array(USERS);
let count = 0, nowNs = 0;
const io = { open: (connection) => opening.push(connection), send: (connection) => { sent[count++] = connection; }, close() {} };
const engine = new Engine({ ...plan, seed: "1", shard: 0, shards: 1, messages: null });
const client = new Client({ ...plan, places: Places.fixed(USERS), shard: 0, shards: 1, dynamic: plan.rendered.dynamic, messages: null, inspections: null }, () => io);
const block = new ArrayBuffer(65536);
const turn = new Turn(engine, client, new BlockWriter(0, () => block, () => {}));
let answered = 0;
function run(turns) {
  for (let i = 0; i < turns; i++) {
    turn.run(nowNs);
    nowNs += 1000;
    while (opening.length > 0) client.opened(opening.pop(), 0, 0, "");
    const ready = count;
    for (let j = 0; j < ready; j++) client.received(sent[j], answer, 0, answer.length);
    answered += ready;
    sent.copyWithin(0, ready, count);
    count -= ready;
  }
}
run(TURNS);
globalThis.gc();
answered = 0;
const before = process.memoryUsage().heapUsed;
run(TURNS);
console.log(JSON.stringify({ answered, bytes: process.memoryUsage().heapUsed - before }));
`;

test("a million requests leave no object each on the heap", () => {
  const flags = ["--expose-gc", "--min-semi-space-size=64", "--max-semi-space-size=64", "--input-type=module"];
  const { stdout, stderr } = spawnSync(process.execPath, [...flags, "-e", PROGRAM], { encoding: "utf8" });
  expect(stderr).toBe("");
  const { answered, bytes } = JSON.parse(stdout) as { answered: number; bytes: number };
  expect(answered).toBeGreaterThan(1_000_000);
  // V8 boxes a number (16 bytes) that it hands to a function it did not inline; which ones differs from run to run, and
  // up to two per request were seen. An object, a closure or a view of a buffer for each request would take more.
  expect(bytes / answered).toBeLessThan(40);
});
