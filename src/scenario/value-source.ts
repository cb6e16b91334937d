/**
 * Where the values come from that a scenario's text only names: data files and environment variables. A live load reads
 * them; a replay has what the ledger kept.
 */
import type { DataSet } from "../model/data.ts";
import type { HideSecret, ReadData } from "../model/ports.ts";
import type { Shadow } from "../model/template.ts";

export type ValueSource =
  | {
      readonly kind: "live";
      readonly readData: ReadData;
      /** An environment variable, or undefined when it is not set. */
      readonly env: (name: string) => string | undefined;
      readonly hide: HideSecret;
    }
  | {
      readonly kind: "recorded";
      /** The used columns of the used sets. */
      readonly data: readonly DataSet[];
      /** By the name of the variable. */
      readonly secrets: Readonly<Record<string, Shadow>>;
    };

/** For scenarios without such values. */
export const NO_VALUES: ValueSource = { kind: "recorded", data: [], secrets: {} };
