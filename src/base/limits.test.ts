import { expect, test } from "vitest";
import {
  BLOCK_BYTES,
  BLOCK_CELLS_MAX,
  BLOCK_FLUSH_NS,
  BLOCK_HEADER_BYTES,
  CAPTURES_PER_REQUEST_MAX,
  CELL_BYTES,
  DATA_CHARS_MAX,
  DATA_SECRETS_MAX,
  DURATION_SECONDS_MAX,
  HEARTBEAT_NS,
  REQUESTS_MAX,
  RULES_PER_REQUEST_MAX,
  SECRET_VALUE_CHARS,
  TARGETS_MAX,
  TEXT_BYTES_MAX,
  TIMEOUT_MS_MAX,
  USERS_MAX,
} from "./limits.ts";
import { NEVER, nsFromMs, nsFromSeconds } from "./units.ts";

test("bounds fit the fields of an entry that hold what they bound", () => {
  expect(REQUESTS_MAX).toBeLessThanOrEqual(2 ** 16);
  // A capture is a rule too.
  expect(REQUESTS_MAX * (RULES_PER_REQUEST_MAX + CAPTURES_PER_REQUEST_MAX)).toBeLessThanOrEqual(2 ** 16);
  expect(TARGETS_MAX).toBeLessThanOrEqual(2 ** 8);
  expect(USERS_MAX).toBeLessThanOrEqual(2 ** 32);
  expect(nsFromMs(TIMEOUT_MS_MAX)).toBeLessThan(2 ** 48);
});

test("the longest run and its last deadline stay exact integers of ns", () => {
  expect(nsFromSeconds(DURATION_SECONDS_MAX) + nsFromMs(TIMEOUT_MS_MAX)).toBeLessThan(NEVER);
});

test("the data of a scenario fits into its manifest", () => {
  // JSON writes a control character in six bytes, any other in at most three.
  expect(DATA_CHARS_MAX * 6).toBeLessThanOrEqual(TEXT_BYTES_MAX * 0.75);
  expect(DATA_SECRETS_MAX * SECRET_VALUE_CHARS).toBeLessThanOrEqual(DATA_CHARS_MAX);
  const lengths = Array.from({ length: 6 }, () => 10_000_000);
  expect(JSON.stringify({ sha256: "0".repeat(64), lengths }).length).toBeLessThanOrEqual(SECRET_VALUE_CHARS * 6);
});

test("a block holds a whole number of cells", () => {
  expect(BLOCK_HEADER_BYTES + BLOCK_CELLS_MAX * CELL_BYTES).toBe(BLOCK_BYTES);
  expect(Number.isInteger(BLOCK_CELLS_MAX)).toBe(true);
});

test("a killed process loses at most a second: what waits to be flushed is younger, and time never stands still longer", () => {
  expect(BLOCK_FLUSH_NS).toBeLessThan(nsFromSeconds(1));
  expect(HEARTBEAT_NS).toBeLessThanOrEqual(nsFromSeconds(1));
});
