/** send(2) without waiting: the kernel takes what it has room for. */
import * as abi from "./abi.ts";
import type { Libc } from "./libc.ts";

const FLAGS = abi.MSG_DONTWAIT | abi.MSG_NOSIGNAL;

/** Offers bytes[start, end). Returns how many bytes the kernel took, 0 when it has no room; an errno when negative. */
export function sendNow(libc: Libc, descriptor: number, bytes: Uint8Array, start: number, end: number): number {
  const from = start === 0 ? bytes : bytes.subarray(start);
  for (;;) {
    const taken = libc.send(descriptor, from, end - start, FLAGS);
    if (taken >= 0) return taken;
    const errno = libc.errno();
    if (errno === abi.EAGAIN) return 0;
    if (errno !== abi.EINTR) return -errno;
  }
}
