/** How many requests a server says that it served, by method. */
export type RequestCounts = Readonly<Record<string, number>>;

/** The number of items by their method. */
export function countByMethod(methods: Iterable<string>): RequestCounts {
  const counts: Record<string, number> = {};
  for (const method of methods) counts[method] = (counts[method] ?? 0) + 1;
  return counts;
}

/** The matches of `pattern` in a log, by the method that is its first group. */
export function countInLog(log: string, pattern: RegExp): RequestCounts {
  return countByMethod(Array.from(log.matchAll(pattern), ([, method]) => method!));
}
