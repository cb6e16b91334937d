import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { STOP_REASONS, type StopReason } from "../model/entry.ts";
import type { LiveSnapshot } from "../model/summary.ts";
import { columnsOf } from "./columns.ts";
import { type LiveInfo, renderLive, renderLiveLine } from "./live-screen.ts";

const SNAPSHOT: LiveSnapshot = {
  nowNs: 24.6e9,
  users: 100,
  issued: 49_212,
  completed: 49_100,
  inFlight: 87,
  dropped: 0,
  stopReason: null,
  errors: { total: 25, rate: 0.0005, by_kind: { connection_reset: 5, request_timeout: 20 } },
  latencyP50Ns: 12_300_000,
  latencyP99Ns: 89_400_000,
  lagP99Ns: 812_000,
  window: {
    tickNs: 24e9,
    users: 100,
    issued: 2_010,
    completed: 2_012,
    failed: 1,
    rps: 2_012,
    latencyP50Ns: 12_100_000,
    latencyP90Ns: 30_000_000,
    latencyP99Ns: 71_000_000,
    latencyMaxNs: 90_000_000,
    serviceP99Ns: 70_000_000,
    lagP99Ns: 800_000,
    bytesIn: 1,
    bytesOut: 1,
  },
  rpsHistory: [0, 1_000, 2_000],
};
const INFO: LiveInfo = {
  name: "API",
  target: "http://localhost:8080",
  totalNs: 60e9,
  requestsTotal: null,
  gracefulStopNs: 30e9,
  stopping: false,
  ledgerBytes: 3_100_000,
  width: 100,
  colour: false,
};
const START: LiveSnapshot = {
  ...SNAPSHOT,
  nowNs: 0,
  issued: 0,
  completed: 0,
  inFlight: 0,
  errors: { total: 0, rate: null, by_kind: {} },
  latencyP50Ns: null,
  latencyP99Ns: null,
  lagP99Ns: null,
  window: null,
  rpsHistory: [],
};

describe("renderLive", () => {
  it("shows what happens", () => {
    const text = renderLive(SNAPSHOT, INFO).join("\n");
    for (const part of [
      "API",
      "41%",
      "25s elapsed",
      "35s left",
      "2,012/s   ▁▅█",
      "12.3 ms p50",
      "request_timeout 20",
    ]) {
      expect(text).toContain(part);
    }
  });

  it("never writes a line wider than the terminal, and always as many lines", () => {
    const name = fc.oneof(fc.string({ unit: "binary" }), fc.constant("名前".repeat(80)));
    fc.assert(
      fc.property(fc.nat({ max: 160 }), name, fc.constantFrom(SNAPSHOT, START), (width, target, snapshot) => {
        const info = { ...INFO, name: target, target, width };
        const lines = renderLive(snapshot, info);
        expect(lines.length).toBe(8);
        for (const line of [...lines, renderLiveLine(snapshot, info)]) {
          expect(columnsOf(line)).toBeLessThanOrEqual(width);
          expect(line).not.toMatch(/\p{Cc}/u);
        }
      }),
    );
  });

  it("estimates what is left from the requests when iterations end the run", () => {
    const info = { ...INFO, totalNs: null, requestsTotal: 98_250 };
    const text = renderLive(SNAPSHOT, info).join("\n");
    expect(text).toContain("50%");
    expect(text).toContain("about 25s left");
  });

  it("claims no progress when nobody knows the end, and finishes after it", () => {
    expect(renderLive(SNAPSHOT, { ...INFO, totalNs: null })[1]).toBe("  25s elapsed");
    expect(renderLive({ ...SNAPSHOT, nowNs: 61e9 }, INFO)[1]).toContain("100%   1m 01s elapsed   finishing");
  });

  it("says what it waits for when it was asked to stop, and keeps its number of lines", () => {
    const stopping = renderLive(SNAPSHOT, { ...INFO, stopping: true });
    expect(stopping[2]).toBe(
      "  stopping   requests in flight may finish for up to 30.0 s; Ctrl+C again ends it at once",
    );
    expect(stopping).toHaveLength(renderLive(SNAPSHOT, INFO).length);
  });

  it("says why it stops when nobody asked for it, within the line", () => {
    const stopping = (stopReason: StopReason) =>
      renderLive({ ...SNAPSHOT, stopReason }, { ...INFO, stopping: true })[2];
    expect(stopping("sigint")).toContain("Ctrl+C again ends it at once");
    expect(stopping("assertion_failed")).toBe(
      "  stopping   a failed assertion; requests in flight have 30.0 s, Ctrl+C ends it at once",
    );
    for (const reason of STOP_REASONS) expect(stopping(reason)).toMatch(/ends it at once$/);
  });

  it("shows arrivals that were dropped", () => {
    const snapshot = { ...SNAPSHOT, dropped: 1_200 };
    expect(renderLive(snapshot, INFO).at(-1)).toContain("100   1,200 arrivals dropped   lag 812 us p99");
    expect(renderLiveLine(snapshot, { ...INFO, width: 200 })).toContain("100 users  1,200 arrivals dropped  2,012/s");
  });
});

describe("renderLiveLine", () => {
  it("says it all in one line", () => {
    expect(renderLiveLine(SNAPSHOT, { ...INFO, width: 200 })).toBe(
      "25s (41%)  100 users  2,012/s  49,100 completed  25 errors (0.05%)  p50 12.3 ms  p99 89.4 ms  " +
        "lag p99 812 us  ledger 3.10 MB",
    );
  });
});
