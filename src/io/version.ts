/** Z6's own version, from the package that this code was installed with. */
import { readFileSync } from "node:fs";

let version: string | null = null;

/** For example "0.1.0". */
export function packageVersion(): string {
  if (version === null) {
    const text = readFileSync(new URL("../../package.json", import.meta.url), "utf8");
    version = (JSON.parse(text) as { version: string }).version;
  }
  return version;
}
