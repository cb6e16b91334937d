/** `z6 version`: which Z6 this is; with --verbose, on what it runs. */
import { machine } from "../io/system.ts";
import { packageVersion } from "../io/version.ts";
import { LEDGER_VERSION } from "../ledger/header.ts";
import { EXIT } from "./exit-codes.ts";
import { print } from "./output.ts";

export function version(options: { readonly verbose?: boolean }): number {
  print(`z6 ${packageVersion()}`);
  if (options.verbose === true) {
    const { node, platform, arch, release, cpu, cpus } = machine();
    print(`node ${node}\n${platform} ${arch} ${release}\n${cpus} x ${cpu}\nledger format ${LEDGER_VERSION}`);
  }
  return EXIT.ok;
}
