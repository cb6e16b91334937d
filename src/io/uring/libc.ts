/**
 * The system calls that Node does not offer, through koffi, an optional dependency: whoever imports this module must
 * be ready for the import or `loadLibc` to fail, and go on without io_uring.
 */
import { createRequire } from "node:module";
import { SYS_IO_URING_ENTER, SYS_IO_URING_REGISTER, SYS_IO_URING_SETUP } from "./abi.ts";

type Koffi = typeof import("koffi");

/** Negative results are errors; `errno` then says which. */
export interface Libc {
  ringSetup(entries: number, params: Uint8Array): number;
  ringEnter(ring: number, submit: number, wait: number, flags: number, argument: bigint, bytes: number): number;
  ringRegister(ring: number, operation: number, argument: Uint8Array, count: number): number;
  socket(family: number, type: number, protocol: number): number;
  setsockopt(socket: number, level: number, name: number, value: Uint8Array, bytes: number): number;
  /** Sends the first `count` bytes of `bytes`, which it reads where they are; returns how many the kernel took. */
  send(socket: number, bytes: Uint8Array, count: number, flags: number): number;
  shutdown(socket: number, how: number): number;
  close(descriptor: number): number;
  /** Sets the policy of a thread, 0 for the calling one. */
  setScheduler(thread: number, policy: number, parameters: Uint8Array): number;
  /** Maps memory; `descriptor` -1 for memory of no file. Lives as long as the process. */
  map(bytes: number, descriptor: number, offset: number): MappedMemory;
  /** Has the calling thread's timers expire at most so late, ns, so that several may expire together. */
  setTimerSlack(slackNs: number): number;
  errno(): number;
}

/** Memory that the kernel sees too. */
export interface MappedMemory {
  readonly address: bigint;
  readonly buffer: ArrayBuffer;
}

const PR_SET_TIMERSLACK = 29;
const READ_WRITE = 3;
const MAP_SHARED = 1;
const MAP_PRIVATE_ANONYMOUS = 0x22;

/** Binds the C library. Throws when koffi or a symbol is missing. */
export function loadLibc(): Libc {
  const koffi = createRequire(import.meta.url)("koffi") as Koffi;
  const libc = koffi.load("libc.so.6");
  // One symbol, bound once for each shape of arguments.
  const setup = libc.func("long syscall(long number, uint32_t entries, void *params)");
  const enter = libc.func(
    "long syscall(long number, int ring, uint32_t submit, uint32_t wait, uint32_t flags, uintptr_t argument, size_t bytes)",
  );
  const register = libc.func("long syscall(long number, int ring, uint32_t operation, void *argument, uint32_t count)");
  const prctl = libc.func("int prctl(int option, unsigned long value, unsigned long, unsigned long, unsigned long)");
  const mmap = libc.func("void *mmap(void *at, size_t bytes, int access, int flags, int descriptor, long offset)");
  return {
    ringSetup: (entries, params) => Number(setup(SYS_IO_URING_SETUP, entries, params)),
    ringEnter: (ring, submit, wait, flags, argument, bytes) =>
      Number(enter(SYS_IO_URING_ENTER, ring, submit, wait, flags, argument, bytes)),
    ringRegister: (ring, operation, argument, count) =>
      Number(register(SYS_IO_URING_REGISTER, ring, operation, argument, count)),
    socket: libc.func("int socket(int family, int type, int protocol)"),
    setsockopt: libc.func("int setsockopt(int socket, int level, int name, void *value, uint32_t bytes)"),
    send: libc.func("long send(int socket, const void *bytes, size_t count, int flags)"),
    shutdown: libc.func("int shutdown(int socket, int how)"),
    close: libc.func("int close(int descriptor)"),
    setScheduler: libc.func("int sched_setscheduler(int thread, int policy, const void *parameters)"),
    setTimerSlack: (slackNs) => prctl(PR_SET_TIMERSLACK, slackNs, 0, 0, 0),
    errno: () => koffi.errno(),
    map(bytes, descriptor, offset) {
      const flags = descriptor < 0 ? MAP_PRIVATE_ANONYMOUS : MAP_SHARED;
      const pointer = mmap(null, bytes, READ_WRITE, flags, descriptor, offset);
      const address = BigInt(koffi.address(pointer));
      if (address === 0xffffffffffffffffn) throw new Error(`mmap of ${bytes} bytes failed: errno ${koffi.errno()}`);
      return { address, buffer: koffi.view(pointer, bytes) };
    },
  };
}
