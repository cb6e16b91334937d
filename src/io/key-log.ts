/**
 * The secrets of TLS connections, in the NSS key log format, with which Wireshark looks inside a capture. The shards
 * of a run append to one file; each line is one write at its end, so lines never mix.
 *
 * It is an aid for looking and no part of the run's books: a disk that refuses ends the key log and not the run.
 */
import { appendWhole, DiskError } from "./append-file.ts";

/** Makes the file unless it is there; returns why nothing can be appended to it, or null. */
export function beginKeyLog(path: string): string | null {
  try {
    appendWhole(path, new Uint8Array(0));
    return null;
  } catch (error) {
    if (!(error instanceof DiskError)) throw error;
    return error.message;
  }
}

export class KeyLog {
  #path: string | null;

  constructor(path: string) {
    this.#path = path;
  }

  /** Appends a line that ends in its newline. */
  append(line: Uint8Array): void {
    if (this.#path === null) return;
    try {
      appendWhole(this.#path, line);
    } catch (error) {
      if (!(error instanceof DiskError)) throw error;
      this.#path = null;
    }
  }
}
