#!/usr/bin/env node
/**
 * The command line (CLI.md): names, options and help. Each command's code is loaded when it is called, so that help
 * and version answer at once.
 */
import { Command, InvalidArgumentError, Option } from "commander";
import { BugError } from "../base/assert.ts";
import { isSeed } from "../base/prng.ts";
import { packageVersion } from "../io/version.ts";
import { EXIT } from "./exit-codes.ts";
import { eventKinds, percentiles } from "./list-options.ts";
import { say } from "./output.ts";

type Action = (...parameters: never[]) => number | Promise<number>;

/** Makes a commander action of a command: its number is the exit code, its failure a bug. */
function exitWith(load: () => Promise<Action>): (...parameters: unknown[]) => Promise<void> {
  return async (...parameters) => {
    try {
      const action = await load();
      process.exitCode = await action(...(parameters as never[]));
    } catch (error) {
      reportBug(error);
    }
  };
}

function reportBug(error: unknown): never {
  const { stack, message } = error as Error;
  const what = error instanceof BugError || (error as Error).name === "BugError" ? "an internal check failed" : message;
  say(`z6: this is a bug in Z6: ${what}\n\n${stack ?? message}\n\nPlease report it with the scenario that led to it.`);
  process.exit(EXIT.bug);
}

function seed(text: string): string {
  if (!isSeed(text)) throw new InvalidArgumentError("expected an integer from 0 to 18446744073709551615.");
  return text;
}

function positive(text: string): number {
  const value = Number(text);
  if (!(value > 0) || !Number.isFinite(value)) throw new InvalidArgumentError("expected a number above 0.");
  return value;
}

function count(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1) throw new InvalidArgumentError("expected a whole number above 0.");
  return value;
}

function natural(text: string): number {
  const value = Number(text);
  if (text.trim() === "" || !Number.isSafeInteger(value) || value < 0) {
    throw new InvalidArgumentError("expected a whole number, 0 or more.");
  }
  return value;
}

function port(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0 || value > 65_535) {
    throw new InvalidArgumentError("expected a port from 0 to 65535; 0 takes any free one.");
  }
  return value;
}

function ratio(text: string): number {
  const value = Number(text);
  if (text.trim() === "" || !(value >= 0 && value <= 1))
    throw new InvalidArgumentError("expected a ratio from 0 to 1.");
  return value;
}

function percent(text: string): number {
  const value = Number(text);
  if (text.trim() === "" || !(value >= 0) || !Number.isFinite(value)) {
    throw new InvalidArgumentError("expected a percentage of 0 or more.");
  }
  return value;
}

const program = new Command("z6")
  .description("A load tester that treats a load test as accounting.")
  .version(packageVersion(), "-V, --version")
  .exitOverride()
  .showHelpAfterError("(z6 --help lists the commands)")
  .enablePositionalOptions();

function command(name: string, description: string, example: string): Command {
  return program
    .command(name)
    .description(description)
    .option("--no-color", "no colour, even on a terminal")
    .addHelpText("after", `\nExample:\n  ${example}`);
}

function withRunOptions(base: Command): Command {
  return base
    .option("--seed <n>", "seed of the plan; the scenario's by default, else drawn and printed", seed)
    .option("--output <dir>", "the run folder (default: results/<run id>)")
    .option("--shards <n>", "worker threads (default: one for two processors)", count)
    .addOption(new Option("--io <io>", "how to reach the network").choices(["auto", "node", "uring"]).default("auto"))
    .option("--duration <seconds>", "instead of the scenario's duration", positive)
    .option("--vus <n>", "instead of the scenario's number of users", count)
    .option("--live", "the live screen, even when this is no terminal")
    .option("--no-live", "no live screen: a line every ten seconds")
    .option("--quiet", "no progress at all")
    .option("--json", "the metrics as JSON on stdout, and nothing else there");
}

withRunOptions(
  command("run <scenario>", "runs a load test against the real target", "z6 run api.toml --seed 42"),
).action(exitWith(async () => (await import("./run.ts")).run));

command(
  "simulate <scenario>",
  "the same run in virtual time against a modelled server",
  "z6 simulate api.toml --seed 42 --model server.toml",
)
  .option("--model <file>", "what the server is like (default: 64 workers, 20 ms median, 100 ms p99)")
  .option("--service-ms <ms>", "every service time, instead of the model's", positive)
  .option("--workers <n>", "requests served at the same time; 0 for no bound", natural)
  .option("--queue-max <n>", "requests that wait for a worker at most", natural)
  .option("--error-ratio <r>", "share of requests answered with status 500", ratio)
  .option("--drop-ratio <r>", "share of requests whose connection is reset", ratio)
  .option("--seed <n>", "seed of the plan and the server; the scenario's by default, else drawn and printed", seed)
  .option("--output <dir>", "the run folder (default: results/simulation)")
  .option("--duration <seconds>", "instead of the scenario's duration", positive)
  .option("--vus <n>", "instead of the scenario's number of users", count)
  .option("--quiet", "nothing but the summary")
  .option("--json", "the metrics as JSON on stdout, and nothing else there")
  .action(exitWith(async () => (await import("./simulate.ts")).simulate));

command("validate <scenario>", "checks a scenario and describes it in words", "z6 validate api.toml").action(
  exitWith(async () => (await import("./validate.ts")).validate),
);

command("plan <scenario>", "says beforehand what a run will do and what it takes", "z6 plan api.toml --seed 42")
  .option("--seed <n>", "seed of the plan; the scenario's by default, else drawn and printed", seed)
  .option("--output <dir>", "the run folder, whose disk has to hold the ledger (default: below results)")
  .option("--shards <n>", "worker threads (default: one for two processors)", count)
  .option("--duration <seconds>", "instead of the scenario's duration", positive)
  .option("--vus <n>", "instead of the scenario's number of users", count)
  .option("--json", "the plan as JSON (schema/plan.schema.json)")
  .action(exitWith(async () => (await import("./plan.ts")).plan));

command(
  "replay <run>",
  "re-runs the engine on a ledger's inputs and compares every decision",
  "z6 replay results/run_2026-01-31_120000",
)
  .option("--json", "the outcome as JSON")
  .action(exitWith(async () => (await import("./replay.ts")).replay));

command(
  "verify <run>",
  "checks a ledger's hash chain and prints its receipt",
  "z6 verify results/run_2026-01-31_120000",
)
  .option("--recover <out>", "keep all whole blocks of a torn ledger in a new file")
  .option("--sign <key>", "sign the receipt with an Ed25519 private key (PEM) and write receipt.txt beside the ledger")
  .option("--key <key>", "the Ed25519 public key (PEM) that must have signed the receipt")
  .option("--receipt <file>", "the receipt to check (default: receipt.txt beside the ledger)")
  .action(exitWith(async () => (await import("./verify.ts")).verify));

command("diff <runA> <runB>", "compares run B with run A: what is real, what is noise", "z6 diff before after")
  .option("--threshold <percent>", "how much worse a real difference must be to be a regression", percent, 5)
  .option("--json", "the comparison as JSON (schema/diff.schema.json)")
  .action(exitWith(async () => (await import("./diff.ts")).diff));

command(
  "analyze <run>",
  "computes every number again from a run's ledger",
  "z6 analyze results/run_2026-01-31_120000 --filter 'status >= 500 && latency_ms > 100.0'",
)
  .addOption(new Option("--format <format>", "what to print").choices(["summary", "json", "csv"]).default("summary"))
  .option("--by-request", "with --format csv: a row for each request instead of each second")
  .option("--filter <expression>", "count only requests for which this is true (docs/ANALYSIS.md)")
  .option("--percentiles <list>", "percentiles of latency and service time, such as 25,50,99.99", percentiles)
  .action(exitWith(async () => (await import("./analyze.ts")).analyze));

command(
  "export <run>",
  "writes every event of a run's ledger, a line each",
  "z6 export results/run_2026-01-31_120000 --format csv --kind request_failed",
)
  .addOption(new Option("--format <format>", "what a line is").choices(["ndjson", "csv"]).default("ndjson"))
  .option("--kind <list>", "only events of these kinds, such as request_issued,request_failed", eventKinds)
  .action(exitWith(async () => (await import("./export.ts")).exportEvents));

command(
  "inspect <run>",
  "tells the life of one user, or every failure, in words",
  "z6 inspect results/run_2026-01-31_120000 --user 17",
)
  .option("--user <n>", "every step of this user", natural)
  .option("--failures", "every request that failed or timed out, and what came before it")
  .option("--arrival <n>", "every step of this arrival of an open model", natural)
  .option("--limit <n>", "show at most this many steps or failures", count, 100)
  .action(exitWith(async () => (await import("./inspect.ts")).inspect));

command("target", "the embedded server to test against", "z6 target --port 8080 --drop-ratio 0.05")
  .option("--host <address>", "the address to listen on", "127.0.0.1")
  .option("--port <n>", "the port to listen on; 0 takes any free one", port, 8080)
  .option("--tls", "HTTPS with a self-signed certificate made at start")
  .addOption(
    new Option("--http-version <version>", "what to speak; auto leaves it to each client")
      .choices(["auto", "http1.1", "http2"])
      .default("auto"),
  )
  .option(
    "--max-concurrent-streams <n>",
    "streams that an HTTP/2 client may have open at once (default: no limit)",
    count,
  )
  .option("--requests-per-connection <n>", "close a connection after this many requests (default: never)", count)
  .option("--seed <n>", "seed of everything that happens by chance", seed)
  .option("--delay-ms <ms>", "answer / after this long", positive)
  .option("--error-ratio <r>", "answer this share of / with 500", ratio)
  .option("--drop-ratio <r>", "reset this share of requests to / (over HTTP/1.1 their connections)", ratio)
  .action(exitWith(async () => (await import("./target.ts")).target));

withRunOptions(command("demo", "starts the embedded target and runs a scenario against it", "z6 demo")).action(
  exitWith(async () => (await import("./demo.ts")).demo),
);

command("init [file]", "writes a commented scenario to start from", "z6 init api.toml").action(
  exitWith(async () => {
    const { init } = await import("./init.ts");
    return (file: string | undefined) => init(file ?? "scenario.toml");
  }),
);

command("version", "which Z6 this is", "z6 version --verbose")
  .option("--verbose", "with Node, system and ledger format")
  .action(exitWith(async () => (await import("./version.ts")).version));

process.on("uncaughtException", reportBug);
try {
  await program.parseAsync();
} catch (error) {
  const { exitCode, code } = error as { exitCode?: number; code?: string };
  if (exitCode === undefined || code === undefined) reportBug(error);
  process.exitCode = exitCode === 0 ? EXIT.ok : EXIT.usage;
}
