/** Every bound of the target: what a request may ask for, and what the server keeps. */

/** Ten minutes: a longer delay tests nothing more. */
export const DELAY_MS_MAX = 600_000;
export const BODY_BYTES_MAX = 1024 * 1024 * 1024;
export const CHUNKS_MAX = 100_000;
export const CHUNK_BYTES_MAX = 1024 * 1024;
/** The largest request body that `/echo` answers back. */
export const ECHO_BYTES_MAX = 10 * 1024 * 1024;
export const REQUEST_HEAD_BYTES_MAX = 64 * 1024;
export const REQUEST_HEADERS_MAX = 2_000;
/** What one HTTP/2 client may send ahead: of one body, and of all bodies together. */
export const HTTP2_STREAM_WINDOW_BYTES = 1024 * 1024;
export const HTTP2_CONNECTION_WINDOW_BYTES = 16 * 1024 * 1024;
/** Frames that wait for a slow reader before a head that never ends waits too; each has about 1 KB. */
export const ENDLESS_HEAD_FRAMES_QUEUED_MAX = 64;
/** How long a connection that the server has ended waits for its client to do the same. */
export const LINGER_MS_MAX = 1_000;
/** What one HTTP/2 connection may keep in memory. */
export const HTTP2_SESSION_MEMORY_MB_MAX = 4_096;
/** The largest value of a setting of HTTP/2 (RFC 9113, section 6.5.1). */
export const CONCURRENT_STREAMS_MAX = 0xffff_ffff;
/** Different paths that the statistics tell apart; the rest is counted as one. */
export const PATHS_MAX = 1_000;
/** Different seeds that requests may name while one server runs. */
export const SEEDS_MAX = 1_000;
/** The latest delays of which percentiles are kept exactly. */
export const DELAYS_KEPT_MAX = 1_000_000;
/** Connections that may wait to be accepted; the system may allow fewer. */
export const BACKLOG = 4_096;
