import type { DataSet } from "./data.ts";
import type { Shadow } from "./template.ts";

/**
 * The text of `run_started`: all that a replay needs besides the entries. It is JSON; names are stable.
 * A simulated run has no wall-clock time and no run id of its own, so that equal runs have equal bytes.
 */
export interface Manifest {
  readonly ledger: 1;
  readonly z6: string;
  readonly run_id: string;
  readonly simulated: boolean;
  /** ISO 8601, or null for a simulated run. */
  readonly start_time: string | null;
  /** Unsigned 64-bit decimal. */
  readonly seed: string;
  readonly shards: number;
  /** "node", "uring" or "simulated". */
  readonly io: string;
  /** Why that one, in words; "" for a simulated run. */
  readonly io_reason: string;
  /** Of a simulation: the text of its server model, TOML; else null. */
  readonly model: string | null;
  readonly scenario: {
    /** As given on the command line, for messages only. */
    readonly path: string;
    readonly text: string;
    /** Hex SHA-256 of the text. */
    readonly sha256: string;
    /** Body files by the path that the scenario names, base64. Keys and certificates are never embedded. */
    readonly files: Readonly<Record<string, string>>;
    /** The data that its templates use; of secret columns the shadows only. Absent when they use none. */
    readonly data?: readonly DataSet[];
    /** The environment variables that they use, by name. Absent when they use none. */
    readonly secrets?: Readonly<Record<string, Shadow>>;
  };
  /** Command-line options that change the plan; null where the scenario's own value holds. */
  readonly overrides: { readonly duration_seconds: number | null; readonly vus: number | null };
}
