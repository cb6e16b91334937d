/** What wrk2 says, read from its report. */

/** It calibrates for so long and forgets what it saw then. */
export const WRK2_CALIBRATION_SECONDS = 10;

/** A percentile of the first table of latencies in `report`: "99.000%". */
export function wrk2Ms(report: string, percent: string): number {
  const match = new RegExp(`${percent.replace(".", "\\.")}\\s+([\\d.]+)(us|ms|s|m)\\s`).exec(report);
  if (match === null) throw new Error(`wrk2 reports no ${percent}`);
  return Number(match[1]) * { us: 1e-3, ms: 1, s: 1e3, m: 60e3 }[match[2] as "us" | "ms" | "s" | "m"];
}

/** The part of a report with -U that is about the time since a request was really sent. */
export function uncorrected(report: string): string {
  return report.slice(report.indexOf("Uncorrected"));
}
