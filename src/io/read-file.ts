/** Files that are read: whole ones (scenarios, bodies) with a reason when they cannot be, ledgers piece by piece. */
import { closeSync, openSync, readFileSync, readSync, statSync } from "node:fs";

const PIECE_BYTES = 1024 * 1024;

/** The file's bytes, or in words why it cannot be read. */
export function readWhole(path: string): Uint8Array | string {
  try {
    return readFileSync(path);
  } catch (error) {
    return reasonOf(error as NodeJS.ErrnoException);
  }
}

/** The file's bytes in pieces of up to 1 MiB. A piece is valid until the next is asked for. Throws what `fs` throws. */
export function* readPieces(path: string): Generator<Uint8Array> {
  const fd = openSync(path, "r");
  try {
    const buffer = new Uint8Array(PIECE_BYTES);
    for (;;) {
      const count = readSync(fd, buffer, 0, buffer.length, null);
      if (count === 0) return;
      yield buffer.subarray(0, count);
    }
  } finally {
    closeSync(fd);
  }
}

/** What stands at a path. */
export function pathKind(path: string): "file" | "folder" | "nothing" {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats === undefined) return "nothing";
  return stats.isDirectory() ? "folder" : "file";
}

/** Why a file cannot be read, in words. */
export function reasonOf(error: NodeJS.ErrnoException): string {
  switch (error.code) {
    case "ENOENT":
      return "no such file";
    case "EACCES":
      return "permission denied";
    case "EISDIR":
      return "it is a folder";
    default:
      return error.message;
  }
}
