/**
 * Where text goes: results to stdout, all else to stderr; colour only where a person looks and has not declined it.
 */

/** Options that every command has. */
export interface OutputOptions {
  /** false: --no-color was given. */
  readonly color?: boolean;
}

/** Prints a result. */
export function print(text: string): void {
  process.stdout.write(text.endsWith("\n") ? text : `${text}\n`);
}

/** Prints what accompanies the result: progress, warnings, errors. */
export function say(text: string): void {
  process.stderr.write(text.endsWith("\n") ? text : `${text}\n`);
}

/** Whether text written to `stream` may carry colour. */
export function mayColour(stream: NodeJS.WriteStream, options: OutputOptions): boolean {
  const { NO_COLOR, Z6_NO_COLOR } = process.env;
  return stream.isTTY === true && options.color !== false && !NO_COLOR && !Z6_NO_COLOR;
}

/** How much accompanies a result: errors alone, warnings as well, or progress too. */
const LEVELS = ["error", "warn", "info"] as const;
type Level = (typeof LEVELS)[number];

/** Whether messages of `level` are wanted: --quiet leaves errors alone, Z6_LOG_LEVEL says it for every run. */
export function wants(level: Level, options: { readonly quiet?: boolean }): boolean {
  const wished = LEVELS.find((name) => name === process.env.Z6_LOG_LEVEL) ?? "info";
  return LEVELS.indexOf(level) <= (options.quiet === true ? 0 : LEVELS.indexOf(wished));
}
