/**
 * A copy that is an array like any other: one that came from another thread, or out of `map`, has another shape for V8,
 * and code that was compiled for the one is thrown away when it meets the other.
 */
export function listOf<Item>(items: readonly Item[]): readonly Item[] {
  const list: Item[] = [];
  for (const item of items) list.push(item);
  return list;
}
