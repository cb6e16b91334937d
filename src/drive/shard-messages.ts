/** What supervisor and shard say to each other across threads. Blocks are transferred, never copied. */
export type ToShard =
  | { readonly kind: "start"; readonly beginning: bigint }
  | { readonly kind: "block"; readonly block: ArrayBuffer }
  | { readonly kind: "stop"; readonly reason: number };

export type FromShard =
  | { readonly kind: "ready" }
  | { readonly kind: "block"; readonly block: ArrayBuffer; readonly bytes: number }
  | { readonly kind: "done" };
