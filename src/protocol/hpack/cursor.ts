/**
 * A place in a header block: what lies before `at` has been read, nothing at or behind `end` may be looked at. Those who
 * read from it move it on; after a refusal it stands anywhere.
 */
export class BlockCursor {
  bytes: Uint8Array = new Uint8Array(0);
  at = 0;
  end = 0;
}
