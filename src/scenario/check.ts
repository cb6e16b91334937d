/**
 * A tree against its shape: unknown keys, types, bounds, choices, missing and conflicting keys. Everything wrong is
 * reported; what is right comes back as typed values that know their places. Refused values are simply absent, so that
 * later rules speak only of what is there.
 */
import { expectationOf } from "./expectation.ts";
import { nameHint, nearestName } from "./nearest.ts";
import type { Report, Span } from "./problem.ts";
import { parseSeed, SEED_WORDS, seedOf } from "./seed.ts";
import type {
  ListShape,
  Located,
  MapShape,
  NumberShape,
  Shape,
  TableShape,
  TableValue,
  TextShape,
  ValueOf,
} from "./shape.ts";
import { type ArrayNode, KIND_WORDS, type TableNode, type TreeNode } from "./tree.ts";

/** The values of `root`, whose shape is a table. Never fails: what is wrong is in the report. */
export function checkTree<S extends TableShape>(root: TableNode, shape: S, report: Report): ValueOf<S> {
  // The types of the result follow from the shape, field by field, as `checked` builds it.
  return checkTable({ node: root, key: root.at, label: "" }, shape, root, report) as unknown as ValueOf<S>;
}

/** A node, where its name stands, and what messages call it: `vus`, or the header of a table. */
interface Place {
  readonly node: TreeNode;
  readonly key: Span;
  readonly label: string;
}

type Checked = Located<unknown> | TableValue<Readonly<Record<string, unknown>>>;

function check(place: Place, shape: Shape, report: Report): Checked | undefined {
  const { node, key } = place;
  switch (shape.kind) {
    case "table":
      return node.kind === "table" ? checkTable(place, shape, node, report) : wrongKind(place, shape, report);
    case "map":
      return node.kind === "table" ? checkMap(place, shape, node, report) : wrongKind(place, shape, report);
    case "list":
      return node.kind === "array" ? checkList(place, shape, node, report) : wrongKind(place, shape, report);
    case "boolean":
      return node.kind === "boolean" ? { value: node.value, at: node.at, key } : wrongKind(place, shape, report);
    case "text":
      return node.kind === "string" ? checkText(place, shape, node.value, report) : wrongKind(place, shape, report);
    case "integer":
    case "number":
      if (node.kind === "integer") return checkNumber(place, shape, Number(node.value), report);
      if (node.kind === "float" && shape.kind === "number") return checkNumber(place, shape, node.value, report);
      return wrongKind(place, shape, report);
    case "seed":
      return checkSeed(place, report);
    case "either": {
      const option = optionFor(shape, node);
      return option === shape ? wrongKind(place, shape, report) : check(place, option, report);
    }
  }
}

/** Of several options the one that takes this kind of value; the shape itself when there is no choice, or none fits. */
function optionFor(shape: Shape, node: TreeNode): Shape {
  if (shape.kind !== "either") return shape;
  return shape.options.find((option) => KINDS_TAKEN[option.kind].includes(node.kind)) ?? shape;
}

const KINDS_TAKEN: Readonly<Record<Shape["kind"], readonly TreeNode["kind"][]>> = {
  text: ["string"],
  integer: ["integer"],
  number: ["integer", "float"],
  boolean: ["boolean"],
  seed: ["integer", "string"],
  list: ["array"],
  map: ["table"],
  table: ["table"],
  either: [],
};

function wrongKind({ node, label }: Place, shape: Shape, report: Report): undefined {
  const expected = `expected ${expectationOf(shape)}`;
  const quoted = node.kind === "string" && (shape.kind === "integer" || shape.kind === "number");
  const hint = quoted && /^[0-9.]+$/.test(node.value) ? `${expected}: remove the quotes` : expected;
  report.problem(node.at, `${label} must not be ${KIND_WORDS[node.kind]}`, hint);
}

function checkNumber({ node, key, label }: Place, shape: NumberShape, value: number, report: Report) {
  const low = shape.aboveMin ? value > shape.min : value >= shape.min;
  // NaN passes no comparison.
  if (low && value <= shape.max) return { value, at: node.at, key };
  report.problem(node.at, `${label} is out of bounds`, `expected ${expectationOf(shape)}`);
  return undefined;
}

function checkText({ node, key, label }: Place, shape: TextShape, value: string, report: Report) {
  const located = { value, at: node.at, key };
  if (shape.choices !== undefined) {
    if (shape.choices.includes(value)) return located;
    if (shape.notYet !== undefined && Object.hasOwn(shape.notYet, value)) {
      report.problem(
        node.at,
        `"${value}" is not yet possible: ${shape.notYet[value]}`,
        `expected ${expectationOf(shape)}`,
      );
      return undefined;
    }
    const nearest = nearestName(value, shape.choices);
    const hint = nearest === undefined ? `expected ${expectationOf(shape)}` : `did you mean "${nearest}"?`;
    report.problem(node.at, `${label} must not be ${quote(value)}`, hint);
    return undefined;
  }
  if (shape.pattern !== undefined && !new RegExp(shape.pattern.regex, "u").test(value)) {
    report.problem(node.at, `${label} ${shape.pattern.says}`, shape.doc);
    return undefined;
  }
  if (shape.charsMax !== undefined && value.length > shape.charsMax) {
    report.problem(node.at, `${label} is too long`, `expected at most ${shape.charsMax} characters`);
    return undefined;
  }
  return located;
}

function checkSeed({ node, key, label }: Place, report: Report) {
  const value =
    node.kind === "integer" ? seedOf(node.value) : node.kind === "string" ? parseSeed(node.value) : undefined;
  if (value !== undefined) return { value, at: node.at, key };
  report.problem(node.at, `${label} is not a seed`, `expected ${SEED_WORDS}`);
  return undefined;
}

function checkList({ node, key, label }: Place, shape: ListShape, list: ArrayNode, report: Report) {
  if (list.items.length < shape.itemsMin) report.problem(node.at, `${label} must not be empty`, shape.doc);
  if (list.items.length > shape.itemsMax) {
    const first = list.items[shape.itemsMax]!;
    report.problem(first.at, `${label} holds too many`, `expected at most ${shape.itemsMax}`);
  }
  const value: Checked[] = [];
  for (const item of list.items.slice(0, shape.itemsMax)) {
    const itemLabel =
      optionFor(shape.item, item).kind === "table" ? label.replace(/^\[(.*)\]$/, "[[$1]]") : `an item of ${label}`;
    const checked = check({ node: item, key: item.at, label: itemLabel }, shape.item, report);
    if (checked !== undefined) value.push(checked);
  }
  return { value, at: node.at, key };
}

function checkMap({ node, key, label }: Place, shape: MapShape, table: TableNode, report: Report) {
  const value = new Map<string, Checked>();
  if (table.entries.size > shape.entriesMax) {
    report.problem(key, `${label} holds too many`, `expected at most ${shape.entriesMax}`);
  }
  const names = shape.names === undefined ? null : new RegExp(shape.names.regex, "u");
  for (const [name, entry] of table.entries) {
    if (names?.test(name) === false) {
      report.problem(entry.key, `${quote(name)} ${shape.names!.says}`, shape.doc);
      continue;
    }
    const entryLabel = optionFor(shape.value, entry.node).kind === "table" ? headerOf(label, name) : quote(name);
    const checked = check({ node: entry.node, key: entry.key, label: entryLabel }, shape.value, report);
    if (checked !== undefined) value.set(name, checked);
  }
  return { value, at: node.at, key };
}

function checkTable(place: Place, shape: TableShape, table: TableNode, report: Report) {
  const { label } = place;
  const given = new Map<string, Span>();
  for (const [name, entry] of table.entries) given.set(name, entry.key);
  const variant = variantOf(shape, table);
  const fields: Record<string, Checked> = {};
  for (const [name, { key, node }] of table.entries) {
    const keyShape = Object.hasOwn(shape.keys, name) ? shape.keys[name] : undefined;
    if (keyShape === undefined) {
      const names = Object.keys(shape.keys).filter((each) => isOpen(shape, each, variant));
      report.problem(
        key,
        `unknown key \`${cut(name)}\` in ${where(label, shape)}`,
        nameHint(name, names, "expected one of"),
      );
      continue;
    }
    if (keyShape.kind === "notYet") {
      if (variant !== undefined) report.problem(key, `\`${name}\` is not yet possible: ${keyShape.doc}`);
      continue;
    }
    if (variant !== undefined && keyShape.onlyFor !== undefined && !keyShape.onlyFor.includes(variant)) {
      const { key: variantKey } = shape.variant!;
      report.problem(
        key,
        `\`${name}\` does not belong to ${variantKey} = "${variant}"`,
        `it belongs to ${variantKey} = ${keyShape.onlyFor.map((each) => `"${each}"`).join(" or ")}`,
      );
      continue;
    }
    const option = optionFor(keyShape, node);
    const isTable = option.kind === "table" || option.kind === "map" || isListOfTables(option);
    const checked = check({ node, key, label: isTable ? headerOf(label, name) : `\`${name}\`` }, keyShape, report);
    if (checked !== undefined) fields[name] = checked;
  }
  checkMissing(place, shape, table, variant, report);
  checkPairs(shape, given, report);
  return { at: table.at, key: place.key, given, fields };
}

/** The variant chosen; undefined when the table has none or what it says was refused. */
function variantOf(shape: TableShape, table: TableNode): string | undefined {
  if (shape.variant === undefined) return undefined;
  const node = table.entries.get(shape.variant.key)?.node;
  if (node === undefined) return shape.variant.default;
  const keyShape = shape.keys[shape.variant.key];
  const known = node.kind === "string" && keyShape?.kind === "text" && keyShape.choices?.includes(node.value);
  return known ? node.value : undefined;
}

function isOpen(shape: TableShape, name: string, variant: string | undefined): boolean {
  const keyShape = shape.keys[name]!;
  if (keyShape.kind === "notYet") return false;
  return variant === undefined || keyShape.onlyFor === undefined || keyShape.onlyFor.includes(variant);
}

function checkMissing(place: Place, shape: TableShape, table: TableNode, variant: string | undefined, report: Report) {
  for (const [name, keyShape] of Object.entries(shape.keys)) {
    if (keyShape.kind === "notYet" || keyShape.required !== true || table.entries.has(name)) continue;
    if (keyShape.onlyFor !== undefined && (variant === undefined || !keyShape.onlyFor.includes(variant))) continue;
    const missing = isListOfTables(keyShape) ? `[${headerOf(place.label, name)}]` : `\`${name}\``;
    report.problem(place.node.at, `${where(place.label, shape)} lacks ${missing}`, keyShape.doc);
  }
  if (shape.anyOf?.every((name) => !table.entries.has(name))) {
    const names = shape.anyOf.map((name) => {
      const keyShape = shape.keys[name]!;
      if (keyShape.kind === "table") return `[${name}]`;
      return keyShape.kind !== "notYet" && isListOfTables(keyShape) ? `[[${name}]]` : `\`${name}\``;
    });
    report.problem(place.node.at, `${where(place.label, shape)} lacks ${names.join(" or ")}`);
  }
}

function checkPairs(shape: TableShape, given: ReadonlyMap<string, Span>, report: Report) {
  for (const [a, b] of shape.excludes ?? []) {
    if (!given.has(a) || !given.has(b)) continue;
    const later = placeAfter(given.get(a)!, given.get(b)!);
    report.problem(later, `\`${a}\` and \`${b}\` exclude each other`, "keep one of the two");
  }
  for (const [a, b] of shape.together ?? []) {
    if (given.has(a) === given.has(b)) continue;
    const [present, absent] = given.has(a) ? [a, b] : [b, a];
    report.problem(given.get(present)!, `\`${present}\` needs \`${absent}\``, "give both or neither");
  }
}

function placeAfter(a: Span, b: Span): Span {
  return b.line > a.line || (b.line === a.line && b.column > a.column) ? b : a;
}

function isListOfTables(shape: Shape): boolean {
  return shape.kind === "list" && shape.item.kind === "table";
}

/** The header of the table `name` below the table that `label` is the header of. */
function headerOf(label: string, name: string): string {
  const part = /^[A-Za-z0-9_-]+$/.test(name) ? name : quote(name);
  const above = label.replace(/^\[+|\]+$/g, "");
  return above === "" ? `[${part}]` : `[${above}.${part}]`;
}

function where(label: string, shape: TableShape): string {
  return label === "" ? (shape.called ?? "the file") : label;
}

function quote(text: string): string {
  return `"${cut(text)}"`;
}

/** Text from the file, cut to a length that reads well. */
function cut(text: string): string {
  return text.length > 64 ? `${text.slice(0, 64)}...` : text;
}
