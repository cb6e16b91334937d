import { describe, expect, it } from "vitest";
import type { Window } from "../model/summary.ts";
import { timeseriesHeader, timeseriesRow } from "./timeseries-csv.ts";

const WINDOW: Window = {
  tickNs: 2_000_000_000,
  users: 10,
  issued: 101,
  completed: 100,
  failed: 3,
  rps: 100,
  latencyP50Ns: 1,
  latencyP90Ns: 2,
  latencyP99Ns: 3,
  latencyMaxNs: 4,
  serviceP99Ns: 5,
  lagP99Ns: 6,
  bytesIn: 7,
  bytesOut: 8,
};

describe("timeseriesRow", () => {
  it("stands under the columns of the header", () => {
    expect(timeseriesHeader()).toBe(
      "tick_ns,unix_time,users,issued,completed,failed,rps,latency_p50_ns,latency_p90_ns,latency_p99_ns," +
        "latency_max_ns,service_p99_ns,lag_p99_ns,bytes_in,bytes_out\n",
    );
    expect(timeseriesRow(WINDOW, 1_769_860_799_007)).toBe(
      "2000000000,1769860801.007,10,101,100,3,100,1,2,3,4,5,6,7,8\n",
    );
  });

  it("leaves empty what there is not: the date of a simulation, the latency of a second without responses", () => {
    const quiet = { ...WINDOW, latencyP50Ns: null, latencyP90Ns: null, latencyP99Ns: null, latencyMaxNs: null };
    expect(timeseriesRow({ ...quiet, serviceP99Ns: null, lagP99Ns: null }, null)).toBe(
      "2000000000,,10,101,100,3,100,,,,,,,7,8\n",
    );
  });
});
