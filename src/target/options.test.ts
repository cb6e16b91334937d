import { expect, test } from "vitest";
import { settingsFrom } from "./options.ts";

test("settingsFrom fills in every default", () => {
  expect(settingsFrom({})).toEqual({
    host: "127.0.0.1",
    port: 0,
    seed: "1",
    tls: false,
    errorRatio: 0,
    dropRatio: 0,
    delayNs: 0,
    stallEveryNs: 0,
    stallForNs: 0,
  });
});

test.each([
  [{ port: 65_536 }, "port must be between 0 and 65535, not 65536"],
  [{ port: 1.5 }, "port must be an integer, not 1.5"],
  [{ seed: "x" }, 'seed must be an unsigned 64-bit decimal, not "x"'],
  [{ errorRatio: 1.1 }, "errorRatio must be between 0 and 1, not 1.1"],
  [{ dropRatio: Number.NaN }, "dropRatio must be between 0 and 1, not NaN"],
  [{ delayMs: -1 }, "delayMs must be between 0 and 600000, not -1"],
  [{ stallEveryMs: 100, stallForMs: 101 }, "stallForMs must be between 0 and 100, not 101"],
])("settingsFrom refuses %o", (options, message) => {
  expect(() => settingsFrom(options)).toThrow(new RangeError(message));
});
