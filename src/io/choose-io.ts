/** Which io a run uses: io_uring where it works and all targets are plain TCP, else Node's sockets; and why. */
import type { Target } from "../model/scenario.ts";
import { ReceiveBuffers } from "./uring/buffers.ts";
import { loadLibc } from "./uring/libc.ts";
import { Ring } from "./uring/ring.ts";

export type IoWish = "auto" | "node" | "uring";

export interface IoChoice {
  readonly io: "node" | "uring";
  /** In words, for metadata.json. */
  readonly reason: string;
}

/** Decides for `targets`. With the wish "uring" the caller should refuse a choice of "node". */
export function chooseIo(wish: IoWish, targets: readonly Target[]): IoChoice {
  if (wish === "node") return { io: "node", reason: "asked for" };
  const obstacle = obstacleToUring(targets);
  return obstacle === null ? { io: "uring", reason: "io_uring works here" } : { io: "node", reason: obstacle };
}

function obstacleToUring(targets: readonly Target[]): string | null {
  if (process.platform !== "linux") return `io_uring is Linux's own; this is ${process.platform}`;
  if (targets.some((target) => target.tls !== null)) return "a target speaks TLS, which io_uring here does not carry";
  try {
    const libc = loadLibc();
    const ring = new Ring(libc, 8);
    new ReceiveBuffers(libc, ring, 8, 4096);
    ring.close();
    return null;
  } catch (error) {
    // koffi missing, an old kernel, seccomp, a memory limit: each says its reason, and none is fatal.
    return `io_uring is not to be had: ${(error as Error).message}`;
  }
}
