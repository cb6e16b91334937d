/**
 * A file that only grows. Writes are synchronous and whole: a short write is continued, an error of the disk is thrown
 * as a DiskError and leaves what was written before.
 */
import {
  appendFileSync,
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { dirname } from "node:path";

/** The disk refused. Not a bug: the run ends with exit code 3, and what was written stays readable. */
export class DiskError extends Error {
  override readonly name = "DiskError";
  /** ENOSPC, EROFS, EACCES, EEXIST, ... */
  readonly code: string;

  constructor(action: string, path: string, error: NodeJS.ErrnoException) {
    super(`Cannot ${action} ${path}: ${REASONS[error.code ?? ""] ?? error.message}`);
    this.code = error.code ?? "";
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ENOSPC: "the disk is full (ENOSPC)",
  EDQUOT: "the disk quota is used up (EDQUOT)",
  EROFS: "the file system is read-only (EROFS)",
  EACCES: "permission denied (EACCES)",
  EPERM: "not permitted (EPERM)",
  EEXIST: "it exists already, and a ledger is never overwritten (EEXIST)",
  ENOENT: "no such file or directory (ENOENT)",
  ENOTDIR: "a part of the path is not a directory (ENOTDIR)",
  EISDIR: "it is a directory (EISDIR)",
  EIO: "the disk reported an error (EIO)",
  EMFILE: "too many open files (EMFILE)",
};

export interface AppendFile {
  readonly path: string;
  readonly bytes: number;
  append(bytes: Uint8Array): void;
  /** Forces what was written onto the disk and closes the file. */
  close(): void;
}

/** Creates a file that must not exist yet, and the folders that lead to it. */
export function createAppendFile(path: string): AppendFile {
  makeFolder(dirname(path));
  const fd = attempt("create", path, () => openSync(path, "wx"));
  let written = 0;
  return {
    path,
    get bytes() {
      return written;
    },
    append(bytes) {
      attempt("write to", path, () => {
        for (let at = 0; at < bytes.length; ) {
          const count = writeSync(fd, bytes, at, bytes.length - at);
          at += count;
          written += count;
        }
      });
    },
    close() {
      attempt("flush", path, () => {
        fsyncSync(fd);
        closeSync(fd);
      });
    },
  };
}

/**
 * Creates a folder and those above it; nothing happens when it exists. Not mkdir's own recursion: that never returns
 * where the file system answers ENOENT for a child of an existing folder, as /proc does.
 */
function makeFolder(path: string): void {
  if (existsSync(path)) return;
  const parent = dirname(path);
  if (parent !== path) makeFolder(parent);
  attempt("create the folder", path, () => mkdirSync(path));
}

/** Adds to the end of a file, in one write. A new file can be read by its owner alone. */
export function appendWhole(path: string, content: Uint8Array): void {
  attempt("append to", path, () => appendFileSync(path, content, { mode: 0o600 }));
}

/** Writes a whole file, replacing what it held. */
export function writeWhole(path: string, content: string | Uint8Array): void {
  attempt("write", path, () => writeFileSync(path, content));
}

function attempt<Result>(action: string, path: string, operation: () => Result): Result {
  try {
    return operation();
  } catch (error) {
    throw new DiskError(action, path, error as NodeJS.ErrnoException);
  }
}
