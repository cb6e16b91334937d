/** Every bound of the target: what a request may ask for, and what the server keeps. */

/** Ten minutes: a longer delay tests nothing more. */
export const DELAY_MS_MAX = 600_000;
export const BODY_BYTES_MAX = 1024 * 1024 * 1024;
export const CHUNKS_MAX = 100_000;
export const CHUNK_BYTES_MAX = 1024 * 1024;
/** The largest request body that `/echo` answers back. */
export const ECHO_BYTES_MAX = 10 * 1024 * 1024;
export const REQUEST_HEAD_BYTES_MAX = 64 * 1024;
/** Different paths that the statistics tell apart; the rest is counted as one. */
export const PATHS_MAX = 1_000;
/** Different seeds that requests may name while one server runs. */
export const SEEDS_MAX = 1_000;
/** The latest delays of which percentiles are kept exactly. */
export const DELAYS_KEPT_MAX = 1_000_000;
/** Connections that may wait to be accepted; the system may allow fewer. */
export const BACKLOG = 4_096;
