/**
 * A small language to say what a file may hold: tables, their keys, and each key's type, bounds, default and one
 * sentence about it. scenario-shape.ts speaks it; the check, the JSON Schema and the TypeScript types of checked values
 * all come from that one table.
 */
import type { Span } from "./problem.ts";

interface Described {
  /** One sentence for the reader of an editor's completion. */
  readonly doc: string;
  /** The key must be present (when its table is, and its variant is chosen). */
  readonly required?: true;
  /** The key belongs to these variants of its table only. */
  readonly onlyFor?: readonly string[];
}

export interface TextShape extends Described {
  readonly kind: "text";
  readonly choices?: readonly string[];
  /** Choices that a later version will take, each with what is said about it now. */
  readonly notYet?: Readonly<Record<string, string>>;
  /** An ECMAScript regular expression for the whole text, and what it asks for in words. */
  readonly pattern?: { readonly regex: string; readonly says: string };
  readonly charsMax?: number;
  readonly default?: string;
}

export interface NumberShape extends Described {
  /** `integer` takes whole numbers only. */
  readonly kind: "integer" | "number";
  readonly min: number;
  /** `min` itself is not allowed. */
  readonly aboveMin?: true;
  readonly max: number;
  readonly default?: number;
}

export interface BooleanShape extends Described {
  readonly kind: "boolean";
  readonly default?: boolean;
}

/** An unsigned 64-bit integer: a TOML integer, or a text of decimal digits or 0x and hex digits. */
export interface SeedShape extends Described {
  readonly kind: "seed";
}

export interface ListShape extends Described {
  readonly kind: "list";
  readonly item: Shape;
  readonly itemsMin: number;
  readonly itemsMax: number;
}

/** A table with keys of the user's choice and values of one shape. */
export interface MapShape extends Described {
  readonly kind: "map";
  /** An ECMAScript regular expression for every key, and what it asks for in words. */
  readonly names?: { readonly regex: string; readonly says: string };
  readonly value: Shape;
  readonly entriesMax: number;
}

export interface TableShape extends Described {
  readonly kind: "table";
  readonly keys: Readonly<Record<string, KeyShape>>;
  /** Of a whole file: what messages call it. */
  readonly called?: string;
  /** The key whose value says which of the `onlyFor` keys belong, and its value when absent. */
  readonly variant?: { readonly key: string; readonly default: string };
  /** Pairs of keys that exclude each other. */
  readonly excludes?: readonly (readonly [string, string])[];
  /** Pairs of keys that go together. */
  readonly together?: readonly (readonly [string, string])[];
  /** Of these keys at least one is present. */
  readonly anyOf?: readonly string[];
}

/** A value of one of several kinds; no two options take the same kind of TOML value. */
export interface EitherShape extends Described {
  readonly kind: "either";
  readonly options: readonly Shape[];
  /** What is expected, where the options' own words say it badly. */
  readonly words?: string;
}

/** A key of the contract that this version refuses: never in the schema, and named when it is used. */
export interface NotYetShape {
  readonly kind: "notYet";
  readonly doc: string;
}

export type Shape =
  | TextShape
  | NumberShape
  | BooleanShape
  | SeedShape
  | ListShape
  | MapShape
  | TableShape
  | EitherShape;
export type KeyShape = Shape | NotYetShape;

/** A checked value and its places. `key` is where its name stands; for an item of a list, the item itself. */
export interface Located<T> {
  readonly value: T;
  readonly at: Span;
  readonly key: Span;
}

/** A checked table. A key that is absent, or whose value was refused and reported, has no field. */
export interface TableValue<F> {
  readonly at: Span;
  readonly key: Span;
  /** Keys that the file gives, good or not, in its order, with the place of each. */
  readonly given: ReadonlyMap<string, Span>;
  readonly fields: F;
}

/** What the check makes of a value of shape S. */
export type ValueOf<S> = S extends { kind: "text"; choices: readonly (infer C)[] }
  ? Located<C>
  : S extends { kind: "text" | "seed" }
    ? Located<string>
    : S extends { kind: "integer" | "number" }
      ? Located<number>
      : S extends { kind: "boolean" }
        ? Located<boolean>
        : S extends { kind: "list"; item: infer I }
          ? Located<readonly ValueOf<I>[]>
          : S extends { kind: "map"; value: infer V }
            ? Located<ReadonlyMap<string, ValueOf<V>>>
            : S extends { kind: "table"; keys: infer K }
              ? TableValue<{ readonly [P in keyof K]?: ValueOf<K[P]> | undefined }>
              : S extends { kind: "either"; options: readonly (infer O)[] }
                ? ValueOf<O>
                : never;
