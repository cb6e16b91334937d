/**
 * Our own bugs, and nothing else. A failed assertion means that Z6 is wrong: the process stops (exit code 4) and what
 * the ledger holds stays readable. What a peer sends or a user writes is never asserted: it is a value.
 */

/** A bug in Z6 itself. Nobody catches it but the outermost frame, which turns it into exit code 4. */
export class BugError extends Error {
  override readonly name = "BugError";
}

/** Stops the program unless `condition` holds. The text is a constant, so that a passing assert costs one branch. */
export function assert(condition: boolean, text: string): asserts condition {
  if (!condition) fail(text);
}

/** Cold path of `assert`, kept apart so that the hot caller stays small enough to inline. */
export function fail(text: string): never {
  throw new BugError(text);
}

/** Ends a switch over a closed union: the compiler refuses a missing case, the runtime refuses a foreign value. */
export function unreachable(value: never): never {
  fail(`unreachable value: ${String(value)}`);
}
