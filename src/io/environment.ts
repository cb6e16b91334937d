/** The environment of the process, as a scenario may ask for it. */

/** The value of a variable, or undefined when it is not set. */
export function environmentVariable(name: string): string | undefined {
  return process.env[name];
}
