/** A shard's part of something that is bounded for the whole run; the parts of all shards add up to the whole. */
export function shareOf(whole: number, shard: number, shards: number): number {
  return Math.floor(whole / shards) + (shard < whole % shards ? 1 : 0);
}
