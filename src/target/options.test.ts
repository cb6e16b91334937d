import { expect, test } from "vitest";
import { settingsFrom } from "./options.ts";

test("settingsFrom fills in every default", () => {
  expect(settingsFrom({})).toEqual({
    host: "127.0.0.1",
    port: 0,
    seed: "1",
    tls: false,
    httpVersion: "auto",
    maxConcurrentStreams: null,
    requestsPerConnection: null,
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
  [{ httpVersion: "http3" as "auto" }, "httpVersion must be one of auto, http1.1, http2, not http3"],
  [{ maxConcurrentStreams: 0 }, "maxConcurrentStreams must be an integer between 1 and 4294967295, not 0"],
  [
    { maxConcurrentStreams: 2 ** 32 },
    "maxConcurrentStreams must be an integer between 1 and 4294967295, not 4294967296",
  ],
  [{ requestsPerConnection: 1.5 }, "requestsPerConnection must be an integer between 1 and 9007199254740991, not 1.5"],
  [{ stallEveryMs: 100, stallForMs: 101 }, "stallForMs must be between 0 and 100, not 101"],
])("settingsFrom refuses %o", (options, message) => {
  expect(() => settingsFrom(options)).toThrow(new RangeError(message));
});
