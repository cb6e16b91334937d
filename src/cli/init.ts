/** `z6 init`: a commented scenario to start from. An existing file is never overwritten. */
import { writeWhole } from "../io/append-file.ts";
import { pathKind } from "../io/read-file.ts";
import { TEMPLATE_SCENARIO } from "../scenario/template.ts";
import { EXIT } from "./exit-codes.ts";
import { print, say } from "./output.ts";

export function init(path: string): number {
  if (pathKind(path) !== "nothing") {
    say(`z6: ${path} exists already; name another file: z6 init my-test.toml`);
    return EXIT.usage;
  }
  writeWhole(path, TEMPLATE_SCENARIO);
  print(`${path} written. Edit base_url, then: z6 run ${path}`);
  return EXIT.ok;
}
