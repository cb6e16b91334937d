/** Files that a scenario names: bodies and PEM files, read through the caller, each once. */

import { utf8Decode } from "../base/bytes.ts";
import { BODY_FILE_BYTES_MAX } from "../base/limits.ts";
import type { Report } from "./problem.ts";
import type { Located } from "./shape.ts";

/** Reads the file at a path as the scenario writes it. A text is the reason why it cannot be read. */
export type ReadFile = (path: string) => Uint8Array | string;

export interface ScenarioFiles {
  /** Bodies read so far, by path as written. */
  readonly bodies: ReadonlyMap<string, Uint8Array>;
  /** Bytes of a body file, or null after reporting why there are none. */
  body(path: Located<string>): Uint8Array | null;
  /** Text of a PEM file, or null when none is named or after reporting why it cannot be used. */
  pem(path: Located<string> | undefined): string | null;
}

export function createFiles(readFile: ReadFile, report: Report): ScenarioFiles {
  const bodies = new Map<string, Uint8Array>();
  const read = (path: Located<string>): Uint8Array | null => {
    const bytes = readFile(path.value);
    if (typeof bytes !== "string") return bytes;
    report.problem(path.at, `cannot read "${path.value}": ${bytes}`, "paths are relative to the scenario file");
    return null;
  };
  return {
    bodies,
    body(path) {
      const known = bodies.get(path.value);
      if (known !== undefined) return known;
      const bytes = read(path);
      if (bytes === null) return null;
      if (bytes.length > BODY_FILE_BYTES_MAX) {
        report.problem(path.at, `"${path.value}" is too large`, `expected at most ${BODY_FILE_BYTES_MAX} bytes`);
        return null;
      }
      bodies.set(path.value, bytes);
      return bytes;
    },
    pem(path) {
      const bytes = path === undefined ? null : read(path);
      if (path === undefined || bytes === null) return null;
      const text = utf8Decode(bytes);
      if (/-----BEGIN [A-Z0-9 ]+-----/.test(text) && /-----END [A-Z0-9 ]+-----/.test(text)) return text;
      report.problem(path.at, `"${path.value}" is not a PEM file`, "expected text with -----BEGIN ...-----");
      return null;
    },
  };
}
