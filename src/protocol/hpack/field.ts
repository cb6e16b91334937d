/**
 * A field as HPACK sees it: two strings of bytes, each character one byte (U+0000 to U+00FF). What a name may be made of,
 * and in what order fields may come, is for HTTP/2 to judge.
 */
export interface HpackField {
  readonly name: string;
  readonly value: string;
  /** True: never indexed, here or by anybody who passes it on (RFC 7541 6.2.3, 7.1.3). For secrets. */
  readonly sensitive?: boolean;
}

/** What an entry costs beside its bytes. */
const OVERHEAD_BYTES = 32;

/** The size of a field: what a dynamic table and a bounded list count (RFC 7541 4.1, RFC 9113 6.5.2). */
export function fieldBytes(name: string, value: string): number {
  return name.length + value.length + OVERHEAD_BYTES;
}
