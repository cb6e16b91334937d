/**
 * Values within a JSON text, by JSON Pointer (RFC 6901). What is no text is given as it stands in the text, alone or within
 * an object: an id of 19 digits is no double, and would come out as another id.
 */
import { NO_JSON } from "./response-body.ts";

/** The value at a pointer, or NO_JSON. */
export function valueAt(json: unknown, pointer: readonly string[]): unknown {
  let value = json;
  for (const token of pointer) {
    if (typeof value !== "object" || value === null) return NO_JSON;
    if (Array.isArray(value) ? !isIndex(token) || Number(token) >= value.length : !Object.hasOwn(value, token)) {
      return NO_JSON;
    }
    value = (value as Readonly<Record<string, unknown>>)[token];
  }
  return value;
}

/** The value at a pointer as text: a string as it is, anything else as its JSON; null for none, and for JSON's null. */
export function textAt(text: string, json: unknown, pointer: readonly string[]): string | null {
  const value = valueAt(json, pointer);
  if (value === NO_JSON || value === null) return null;
  if (typeof value === "string") return value;
  // Most are ids of few digits, for which the text need not be walked through.
  return Number.isSafeInteger(value) ? String(value) : sourceAt(text, pointer);
}

function isIndex(token: string): boolean {
  return /^(?:0|[1-9][0-9]*)$/.test(token);
}

/** The characters of the value at a pointer, in a text that is JSON and has one there. */
function sourceAt(text: string, pointer: readonly string[]): string {
  let at = behindSpace(text, 0);
  for (const token of pointer) at = text[at] === "[" ? elementAt(text, at, Number(token)) : memberAt(text, at, token);
  return text.slice(at, behindValue(text, at));
}

/** Where element `index` of the array at `arrayAt` begins. */
function elementAt(text: string, arrayAt: number, index: number): number {
  let at = behindSpace(text, arrayAt + 1);
  for (let i = 0; i < index; i++) at = behindSpace(text, behindSpace(text, behindValue(text, at)) + 1);
  return at;
}

/** Where the value of the object's member of that name begins; of the last one, as JSON.parse has it. */
function memberAt(text: string, objectAt: number, name: string): number {
  let found = objectAt;
  let at = objectAt;
  do {
    const nameAt = behindSpace(text, at + 1);
    const nameEnd = behindValue(text, nameAt);
    const value = behindSpace(text, behindSpace(text, nameEnd) + 1);
    if (JSON.parse(text.slice(nameAt, nameEnd)) === name) found = value;
    at = behindSpace(text, behindValue(text, value));
  } while (text[at] === ",");
  return found;
}

function behindSpace(text: string, start: number): number {
  let at = start;
  while (text[at] === " " || text[at] === "\n" || text[at] === "\r" || text[at] === "\t") at++;
  return at;
}

/** The index behind the value at `start`. Counts brackets, so that no depth is too much for it. */
function behindValue(text: string, start: number): number {
  let depth = 0;
  let at = start;
  do {
    const first = text[at];
    if (first === "[" || first === "{") depth++;
    else if (first === "]" || first === "}") depth--;
    if (first === '"') at = behindString(text, at);
    else if (MARKS.has(first!)) at++;
    else at = behindWord(text, at);
    if (depth > 0) at = behindSpace(text, at);
  } while (depth > 0);
  return at;
}

function behindString(text: string, start: number): number {
  let at = start + 1;
  while (text[at] !== '"') at += text[at] === "\\" ? 2 : 1;
  return at + 1;
}

/** A number, true, false or null. */
function behindWord(text: string, start: number): number {
  let at = start;
  while (at < text.length && !ENDS_WORD.has(text[at]!)) at++;
  return at;
}

const MARKS = new Set(["[", "]", "{", "}", ",", ":"]);
const ENDS_WORD = new Set([",", "]", "}", " ", "\n", "\r", "\t"]);
