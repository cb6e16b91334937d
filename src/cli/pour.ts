/**
 * Long results to stdout: the next piece is made when the last one is out, so that a slow reader costs no memory, and
 * a reader that has seen enough (`z6 export run | head`) ends it quietly.
 */

/**
 * Writes all pieces to `stream`, and gives what the generator returns; null when the reader went away first. Throws
 * what the generator throws, behind the pieces that came before.
 */
export async function pour<Result>(
  pieces: Generator<string, Result>,
  stream: NodeJS.WritableStream = process.stdout,
): Promise<Result | null> {
  let gone = false;
  let wake = (): void => {};
  const onError = (error: NodeJS.ErrnoException): void => {
    if (error.code !== "EPIPE") throw error;
    gone = true;
    wake();
  };
  stream.on("error", onError);
  try {
    for (;;) {
      const { done, value } = pieces.next();
      if (done === true) return value;
      await new Promise<void>((resolve) => {
        wake = resolve;
        stream.write(value, () => resolve());
      });
      if (gone) {
        pieces.return(undefined as Result);
        return null;
      }
    }
  } finally {
    stream.off("error", onError);
  }
}
