/** `z6 demo`: the embedded target in a thread of its own, and the quickstart scenario against it. */
import { fileURLToPath } from "node:url";
import { assert } from "../base/assert.ts";
import { utf8Decode } from "../base/bytes.ts";
import { readWhole } from "../io/read-file.ts";
import { startTargetInWorker } from "../target/worker.ts";
import { carryOut, overridesOf, type RunOptions } from "./carry-out.ts";
import { checkScenario } from "./scenario-file.ts";

/** Where the quickstart scenario expects its target. */
const QUICKSTART_URL = "http://127.0.0.1:8080";

export async function demo(options: RunOptions): Promise<number> {
  const path = fileURLToPath(new URL("../../examples/quickstart.toml", import.meta.url));
  const bytes = readWhole(path);
  assert(typeof bytes !== "string", "the package holds the quickstart scenario");
  const target = await startTargetInWorker();
  try {
    const text = utf8Decode(bytes).replaceAll(QUICKSTART_URL, target.url);
    const file = checkScenario(path, text, overridesOf(options));
    return typeof file === "number" ? file : await carryOut(file, options);
  } finally {
    await target.close();
  }
}
