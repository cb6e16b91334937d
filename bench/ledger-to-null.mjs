/** Loaded before the CLI: what it opens as events.log is /dev/null. Only to measure what the ledger costs. */
import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";

const { openSync, fsyncSync } = fs;
const thrownAway = new Set();

fs.openSync = (path, flags, mode) => {
  if (!String(path).endsWith("events.log")) return openSync(path, flags, mode);
  const descriptor = openSync("/dev/null", "w");
  thrownAway.add(descriptor);
  return descriptor;
};
fs.fsyncSync = (descriptor) => {
  if (!thrownAway.has(descriptor)) fsyncSync(descriptor);
};
syncBuiltinESMExports();
