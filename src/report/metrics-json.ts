/** metrics.json: the Summary as it stands (schema/metrics.schema.json), two spaces deep, with a newline at its end. */
import type { Summary } from "../model/summary.ts";

/** The text of metrics.json. Equal summaries give equal bytes. */
export function metricsJson(summary: Summary): string {
  return `${JSON.stringify(summary, null, 2)}\n`;
}
