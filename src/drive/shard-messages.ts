/** What supervisor and shard say to each other across threads. Blocks are transferred, never copied. */
export type ToShard =
  | { readonly kind: "block"; readonly block: ArrayBuffer }
  | { readonly kind: "stop"; readonly reason: number };

export type FromShard =
  | { readonly kind: "block"; readonly block: ArrayBuffer; readonly bytes: number }
  | { readonly kind: "done" };
