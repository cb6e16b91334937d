/** A filter expression is wrong: exit code 2. Apart from the filter, so that who catches it need not load the library. */
export class FilterError extends Error {
  override readonly name = "FilterError";
}
