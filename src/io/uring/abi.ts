/**
 * The parts of Linux's io_uring interface that Z6 uses: numbers and layouts of include/uapi/linux/io_uring.h, with the
 * kernel that brought each. All structures are little-endian here, as are all machines that Node runs on.
 */

/** System call numbers, the same on x86-64, arm64 and every newer architecture. */
export const SYS_IO_URING_SETUP = 425;
export const SYS_IO_URING_ENTER = 426;
export const SYS_IO_URING_REGISTER = 427;

/** struct io_uring_params: 120 bytes. */
export const PARAMS_BYTES = 120;
export const PARAMS_SQ_ENTRIES = 0;
export const PARAMS_CQ_ENTRIES = 4;
export const PARAMS_FLAGS = 8;
export const PARAMS_SQ_TAIL = 44;
export const PARAMS_SQ_MASK = 48;
export const PARAMS_SQ_ARRAY = 64;
export const PARAMS_CQ_HEAD = 80;
export const PARAMS_CQ_TAIL = 84;
export const PARAMS_CQ_MASK = 88;
export const PARAMS_CQ_CQES = 100;

export const SETUP_CQSIZE = 1 << 3;
/** 6.0: only the thread that made the ring submits. */
export const SETUP_SINGLE_ISSUER = 1 << 12;
/** 6.1: completions are worked out when that thread asks for them, not whenever it enters the kernel. */
export const SETUP_DEFER_TASKRUN = 1 << 13;

export const ENTER_GETEVENTS = 1 << 0;
/** 5.11: the last argument is a struct io_uring_getevents_arg, with a timeout. */
export const ENTER_EXT_ARG = 1 << 3;
/** struct io_uring_getevents_arg: sigmask, sigmask_sz, min_wait, ts. */
export const GETEVENTS_ARG_BYTES = 24;

/** 5.19: a ring of buffers from which the kernel picks one for each receive. */
export const REGISTER_PBUF_RING = 22;
/** struct io_uring_buf_reg: ring_addr, ring_entries, bgid, flags, resv[3]. */
export const BUF_REG_BYTES = 40;
/** struct io_uring_buf: addr, len, bid, resv; the tail stands in the first one's resv. */
export const BUF_BYTES = 16;
export const BUF_RING_TAIL_AT = 14;

export const MMAP_SQES_OFFSET = 0x10000000;
export const SQE_BYTES = 64;
export const CQE_BYTES = 16;

export const OP_POLL_ADD = 6;
export const OP_CONNECT = 16;
export const OP_SEND = 26;
export const OP_RECV = 27;

export const SQE_BUFFER_SELECT = 1 << 5;
/** 5.17: no completion when the operation succeeds. */
export const SQE_CQE_SKIP_SUCCESS = 1 << 6;
/** 6.0: one receive completes again and again. In the entry's ioprio. */
export const RECV_MULTISHOT = 1 << 1;

/** The completion used up a provided buffer. */
export const CQE_BUFFER = 1 << 0;
/** The completion's buffer number is in the upper 16 bits of its flags. */
export const CQE_BUFFER_SHIFT = 16;
/** More completions will come from the same entry. */
export const CQE_MORE = 1 << 1;

// Sockets
export const AF_INET = 2;
export const AF_INET6 = 10;
export const SOCK_STREAM_NONBLOCK_CLOEXEC = 1 | 0x800 | 0x80000;
export const IPPROTO_TCP = 6;
export const TCP_NODELAY = 1;
export const SHUT_RDWR = 2;
export const MSG_DONTWAIT = 0x40;
export const MSG_WAITALL = 0x100;
export const MSG_NOSIGNAL = 0x4000;

export const POLLOUT = 0x4;

export const EINTR = 4;
export const EAGAIN = 11;
export const EBUSY = 16;
export const ETIME = 62;
export const ENOBUFS = 105;
