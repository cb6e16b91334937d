/**
 * Every bound in the program, in one place. Nothing in Z6 grows without one of these. A scenario may lower some of
 * them in `[limits]`, never raise them. Relations between bounds are asserted by limits.test.ts.
 */

// Scenario
export const SCENARIO_BYTES_MAX = 10 * 1024 * 1024;
export const REQUESTS_MAX = 1_000;
export const TARGETS_MAX = 256;
export const SEQUENCE_STEPS_MAX = 1_000;
export const STEP_REPEAT_MAX = 1_000_000;
export const SCHEDULE_STEPS_MAX = 1_000;
export const FLOWS_MAX = 100;
/** Arrivals per second of one schedule. */
export const ARRIVAL_RATE_MAX = 1_000_000;
/** Users alive at once that a schedule of arrivals allows at least, when it does not say how many. */
export const ARRIVALS_ALIVE_MIN = 100;
/** Users and arrivals of a whole run: each has a number of 32 bits, the highest of which means nobody. */
export const IDENTITIES_MAX = 2 ** 32 - 2;
export const USERS_MAX = 100_000;
export const ITERATIONS_MAX = 1_000_000_000;
export const BODY_FILE_BYTES_MAX = 64 * 1024 * 1024;
/** 30 days: logical time stays far below 2^53 ns. */
export const DURATION_SECONDS_MAX = 30 * 24 * 3600;
/** A request's deadline; keeps every duration of a request far below the 48 bits that the ledger gives it. */
export const TIMEOUT_MS_MAX = 24 * 3600 * 1000;
/** Brackets within brackets in a scenario file; its shape needs five. */
export const SCENARIO_NESTING_MAX = 16;
/** The longest text (between quotes) or number in a scenario file; the parser cannot take much more than this. */
export const SCENARIO_WORD_CHARS_MAX = 64 * 1024;
/** Problems reported of one file; what comes after them is left for the next try. */
export const SCENARIO_PROBLEMS_MAX = 1_000;
export const NAME_CHARS_MAX = 256;
export const TAGS_MAX = 64;
/** What one request may take from its responses, and ask of them; all requests together stay below 65536 rules. */
export const CAPTURES_PER_REQUEST_MAX = 16;
export const RULES_PER_REQUEST_MAX = 32;
/** A regular expression, a text to look for, a JSON Pointer. */
export const PATTERN_CHARS_MAX = 4_096;
/** Data for templates: sets, the size of a file, its rows, and its secret values, each of which costs an HMAC. */
export const DATA_SETS_MAX = 64;
export const DATA_FILE_BYTES_MAX = 256 * 1024 * 1024;
export const DATA_ROWS_MAX = 2_000_000;
export const DATA_SECRETS_MAX = 1_000_000;
/** Characters of all values in use, which the manifest holds in at most six bytes each; a secret value counts as 24. */
export const DATA_CHARS_MAX = 64 * 1024 * 1024;
export const SECRET_VALUE_CHARS = 24;
/** Columns of one file that a scenario may name as secret. */
export const SECRET_COLUMNS_MAX = 64;
/** The longest text that {{string(n)}} makes. */
export const RANDOM_TEXT_CHARS_MAX = 1_024;
/** Parts of a multipart body, and fields of a form. */
export const FORM_FIELDS_MAX = 256;
/** Keeps the sum of all weights exact enough for shares. */
export const WEIGHT_MAX = 1_000_000_000;

// Simulated server
export const WORKERS_MAX = 100_000;
export const QUEUE_MAX = 1_000_000;
export const STALLS_MAX = 100;
/** How much longer than usual a service may take while a server warms up. */
export const SLOW_FACTOR_MAX = 1_000;

// Ledger
export const CELL_BYTES = 32;
export const BLOCK_BYTES = 64 * 1024;
export const BLOCK_HEADER_BYTES = 64;
export const BLOCK_CELLS_MAX = (BLOCK_BYTES - BLOCK_HEADER_BYTES) / CELL_BYTES;
/** Blocks that one shard may have filled but not yet got back from the writer, beyond those that one turn may need. */
export const BLOCKS_PER_SHARD = 64;
/** A block is handed over at least this often, so a killed process loses at most a second. */
export const BLOCK_FLUSH_NS = 500_000_000;
export const EVENT_LOG_BYTES_MAX = 1024 * 1024 * 1024 * 1024;
/** The text of one text entry (the run manifest is the largest: scenario text and body files). */
export const TEXT_BYTES_MAX = 512 * 1024 * 1024;

// Turn
/** Commands that one turn gives of its own accord (timers, spawns, retirements); the rest follow in the next turn. */
export const TURN_WAKES_MAX = 2_048;
/** A heartbeat this often proves that the shard is alive, and says how busy it was. */
export const HEARTBEAT_NS = 1_000_000_000;
/** A shard that has not ended so long after the second signal is stuck, and is given up with what it still holds. */
export const STUCK_SHARD_MS = 5_000;

// HTTP/1.1 (RFC 9112); what goes beyond a bound is a failure of that request, never growth
export const STATUS_LINE_BYTES_MAX = 8 * 1024;
export const REQUEST_LINE_BYTES_MAX = 8 * 1024;
export const HEAD_BYTES_MAX = 64 * 1024;
export const HEADERS_MAX = 256;
export const INTERIM_RESPONSES_MAX = 16;
export const CHUNK_LINE_BYTES_MAX = 4 * 1024;
export const TRAILER_BYTES_MAX = 16 * 1024;
export const BODY_BYTES_MAX = 1024 * 1024 * 1024;

// HTTP/2 (RFC 9113); what goes beyond a bound loses the connection
/** Our SETTINGS_INITIAL_WINDOW_SIZE, and the window of a whole connection: what may be on the way to us. */
export const STREAM_WINDOW_BYTES = 8 * 1024 * 1024;
export const CONNECTION_WINDOW_BYTES = 64 * 1024 * 1024;
/** CONTINUATION frames of one header block. */
export const CONTINUATIONS_MAX = 64;
/** Frames in a row that serve no request: settings, pings, empty data, frames of streams that are over. */
export const IDLE_FRAMES_MAX = 10_000;
/** Request bodies are put into frames until so much waits for the operating system. */
export const UNSENT_BYTES_MAX = 256 * 1024;
/** Streams that a server remembers to have reset, on which its client may still have sent something. */
export const RESETS_REMEMBERED_MAX = 1_000;

// HPACK (RFC 7541)
/** The dynamic table that both sides start with (RFC 9113 6.5.2), and the largest that our encoder uses. */
export const HPACK_TABLE_BYTES_MAX = 4_096;
/** The largest integer that is read: an index, a length, a table size. */
export const HPACK_INTEGER_MAX = 2 ** 31 - 1;

// Messages with values in them
/** The longest: the largest body of a file, and as much again. Each user keeps the memory of its longest. */
export const MESSAGE_BYTES_MAX = 2 * BODY_FILE_BYTES_MAX;
/** Texts whose escaped forms are kept for their next use, for each escape; longer ones are escaped every time. */
export const ESCAPED_TEXTS_MAX = 4_096;
export const ESCAPED_TEXT_CHARS_MAX = 1_024;
/** Fixed parts of a message up to this length have a table to be hashed with, which takes 256 times their length to make. */
export const HASH_TABLE_BYTES_MAX = 4_096;

// Client and io
export const CONNECTIONS_MAX = 100_000;
export const RECEIVE_BUFFER_BYTES = 64 * 1024;
/** Requests that a scenario may put on one HTTP/2 connection at once. */
export const STREAMS_PER_CONNECTION_MAX = 1_000;
/** A list of all ciphers that OpenSSL 3 knows has 3,500 characters. */
export const TLS_CIPHERS_CHARS_MAX = 4_096;
/** A resolved address is used this long before the next new connection asks again. */
export const RESOLUTION_TTL_NS = 60_000_000_000;

// Responses that rules and captures look into
/** Content of one response, as it was sent and again as it is decoded; rules about a longer one are broken. */
export const INSPECTED_BODY_BYTES_MAX = 16 * 1024 * 1024;
/** Of all responses that a shard has under way; one for which nothing is left counts as too long. */
export const INSPECTED_IN_USE_BYTES_MAX = 512 * 1024 * 1024;
/** Memory that waits for the next response that is looked into; more is given back. */
export const INSPECTED_IDLE_BYTES_MAX = 32 * 1024 * 1024;
/** Content codings of one response, one applied to the other. */
export const CONTENT_CODINGS_MAX = 4;
/** The beginning of a body that regular expressions see. */
export const REGEX_INPUT_BYTES_MAX = 1024 * 1024;
/** Steps of a compiled regular expression, and its groups. */
export const REGEX_SIZE_MAX = 1_024;
export const REGEX_GROUPS_MAX = 16;
/** Size times input of a match, about a second: a pattern of more than 64 steps sees less. */
export const REGEX_STEPS_MAX = 64 * REGEX_INPUT_BYTES_MAX;
/** UTF-8 bytes of a captured value; a longer one counts as not found. */
export const CAPTURED_BYTES_MAX = 4_096;
/** Cookies that one user keeps, and the bytes of a Set-Cookie; what goes beyond is not kept (RFC 6265 6.1). */
export const COOKIES_PER_USER_MAX = 100;
export const SET_COOKIE_BYTES_MAX = 4_096;

// Engine
/** After a connection that could not be made, a user waits this long before it is ready again. */
export const CONNECT_BACKOFF_NS = 100_000_000;
/** A run in which nothing was ever reached stops after this long: there is nothing to measure. */
export const NOTHING_REACHED_STOP_NS = 10_000_000_000;

// Metrics
export const WINDOW_NS = 1_000_000_000;
/** Windows open at once while shards lag behind one another; beyond that the oldest closes. */
export const OPEN_WINDOWS_MAX = 8;
/** Windows whose throughput the live screen shows. */
export const RPS_HISTORY_WINDOWS = 60;
/** Lag p99 above this: the generator, not the server, set the pace. */
export const LAG_LIMITED_NS = 10_000_000;
/** A generator that was on a processor for more than this share of the run had nothing in reserve. */
export const BUSY_LIMITED = 0.95;
/** The longest filter expression of an analysis, and the most percentiles that one may ask for. */
export const FILTER_CHARS_MAX = 4_096;
export const PERCENTILES_MAX = 100;
export const PROGRAM_MEMORY_MB_MAX = 16 * 1024;

// Plan
/** Arrivals that a plan walks through one by one; beyond that the rates of the schedule stand for them. */
export const PLAN_ARRIVALS_MAX = 5_000_000;
/** Values of a plan's time series. */
export const PLAN_BUCKETS_MAX = 60;
/** File descriptors that the process needs for itself: files, pipes, the event loops of its threads. */
export const OWN_FILE_DESCRIPTORS = 40;
/** Bytes kept free below the ledger's bound for what is still under way when the bound is reached. */
export const LEDGER_RESERVE_BYTES = 8 * 1024 * 1024;
