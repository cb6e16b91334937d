/** The keys of [data.NAME]: rows of values that users bring along. */
import { DATA_SETS_MAX, SECRET_COLUMNS_MAX } from "../base/limits.ts";
import { DATA_FORMATS, PICKS } from "../model/data.ts";
import { FILE, NAME } from "./value-shapes.ts";

export const DATA_SHAPE = {
  kind: "map",
  entriesMax: DATA_SETS_MAX,
  names: {
    regex: "^[A-Za-z_][A-Za-z0-9_]{0,63}$",
    says: "must be a name: at most 64 letters, digits and underscores, the first no digit",
  },
  value: {
    kind: "table",
    doc: "Rows of values from a file; templates use them as NAME.COLUMN.",
    keys: {
      file: { ...FILE, required: true, doc: "File with the rows, relative to the scenario file." },
      pick: {
        kind: "text",
        choices: PICKS,
        default: "by_user",
        doc: "Which row: the user's own, one drawn for each iteration, or each row once until none is left.",
      },
      format: { kind: "text", choices: DATA_FORMATS, doc: "Format of the file; default what its name ends in." },
      delimiter: {
        kind: "text",
        default: ",",
        pattern: { regex: '^[^"\\r\\n]$', says: "must be one character, and no quote or line end" },
        doc: "What separates the fields of a CSV file.",
      },
      secret: {
        kind: "list",
        itemsMin: 1,
        itemsMax: SECRET_COLUMNS_MAX,
        item: { ...NAME, doc: "Name of a column." },
        doc: "Columns whose values stay out of every file.",
      },
    },
  },
  doc: "Rows of values for templates, each set under a name.",
} as const;
