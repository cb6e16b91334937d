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
