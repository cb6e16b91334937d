/**
 * The valid name that a misspelt one probably means: the nearest by edit distance (insert, delete, replace, swap two
 * neighbours), if near enough to be worth a question.
 */

/** Longer names are no misspelling of anything that we know; bounds the work on text from outside. */
const NAME_CHARS_COMPARED = 64;

/** A name of fewer letters says too little for its beginning to be one. */
const BEGUN_CHARS_MIN = 4;

/**
 * The name nearest to `name`, or undefined when none is near. Another case or `-` for `_` counts as no difference, an
 * end that is left out as a single one.
 */
export function nearestName(name: string, names: readonly string[]): string | undefined {
  if (name.length > NAME_CHARS_COMPARED) return undefined;
  const wanted = fold(name);
  let nearest: string | undefined;
  // A third of the name may be wrong; two letters of any name of four or more.
  let nearestDistance = Math.max(wanted.length < 4 ? 1 : 2, Math.floor(wanted.length / 3)) + 1;
  for (const candidate of names) {
    if (candidate.length > NAME_CHARS_COMPARED) continue;
    const folded = fold(candidate);
    const isBegun = wanted.length >= BEGUN_CHARS_MIN && wanted !== folded && folded.startsWith(wanted);
    const distance = isBegun ? 1 : editDistance(wanted, folded);
    if (distance < nearestDistance) {
      nearest = candidate;
      nearestDistance = distance;
    }
  }
  return nearest;
}

/** A hint for an unknown name: the nearest valid one, else what there is. */
export function nameHint(name: string, names: readonly string[], what: string): string {
  const nearest = nearestName(name, names);
  if (nearest !== undefined) return `did you mean \`${nearest}\`?`;
  if (names.length === 0) return "";
  const shown = names.slice(0, 20).map((each) => `\`${each}\``);
  return `${what}: ${shown.join(", ")}${names.length > shown.length ? ", ..." : ""}`;
}

function fold(name: string): string {
  return name.toLowerCase().replaceAll("-", "_");
}

/** Optimal string alignment distance, three rows at a time. */
function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let distance = Math.min(last[j]! + 1, row[j - 1]! + 1, last[j - 1]! + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        distance = Math.min(distance, beforeLast[j - 2]! + 1);
      }
      row.push(distance);
    }
    beforeLast = last;
    last = row;
  }
  return last[b.length]!;
}
