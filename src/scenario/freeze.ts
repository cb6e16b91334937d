/** Freezing plain data all the way down. Bytes stay as they are: the language cannot freeze them. */

/** Freezes `value` and everything in it; recursion is as deep as the type, not as outside data. */
export function deepFreeze<T>(value: T): T {
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value)) return value;
  for (const part of Object.values(value)) deepFreeze(part);
  return Object.freeze(value);
}
