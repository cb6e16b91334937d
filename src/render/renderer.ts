/**
 * Writes messages. What a value is follows from the user, its iteration, the position of the request in it, the seed,
 * and what the user has captured:
 *
 *   uuid, int, choice, string   one stream of random numbers for each message, from which they draw in their order
 *   data                        the row of the iteration (data-rows.ts)
 *   captured                    what the user holds (variables.ts)
 *
 * The length of the body stands before it: Content-Length first gets as many digits as it had the last time, and is
 * made wider or narrower when that was wrong.
 */
import { latin1Decode, utf8Encode } from "../base/bytes.ts";
import { escaped } from "../base/escape.ts";
import { ESCAPED_TEXT_CHARS_MAX, ESCAPED_TEXTS_MAX } from "../base/limits.ts";
import { RandomStreams } from "../base/prng.ts";
import type { Scenario } from "../model/scenario.ts";
import { ESCAPES } from "../model/template.ts";
import { asciiBytesMax, writeAscii } from "./ascii-text.ts";
import { base64Length, writeBase64 } from "./base64.ts";
import type { MessageForm } from "./compile.ts";
import type { DataRows } from "./data-rows.ts";
import { digitsOf, INTEGER_BYTES_MAX, UUID_BYTES, writeInteger, writeString, writeUuid } from "./drawn.ts";
import { FixedBytes } from "./fixed-bytes.ts";
import { HeldValue, hashedShadow } from "./held-value.ts";
import { Scratch } from "./scratch.ts";
import {
  BASE64,
  BYTES,
  CHOICE,
  DATA,
  FIELD_ENDS,
  FIELD_STARTS,
  INT,
  ITERATION,
  LENGTH,
  SECRET,
  type Segment,
  STRING,
  USER,
  UUID,
  VARIABLE,
} from "./segment.ts";
import type { Variables } from "./variables.ts";

/** Upper half of the identities of message streams; 0 to 2 are the engine's and the simulated server's, 4 is for rows. */
const MESSAGE_STREAMS = 3;
const STREAM = 0;
const JSON_VALUE = ESCAPES.indexOf("json_value");
const DQUOTE = 0x22;
const SP = 0x20;

export class Renderer {
  /** The message. */
  readonly out = new Scratch();
  /** Bytes of request line and fields, the empty line included. */
  headLength = 0;
  /** Where the values that an Http2Form leaves open begin and end. */
  readonly starts: number[] = [];
  readonly ends: number[] = [];
  readonly #inner = new Scratch();
  readonly #variables: Variables;
  readonly #data: Scenario["data"];
  readonly #secrets: readonly HeldValue[];
  readonly #streams: RandomStreams;
  readonly #rows: DataRows;
  /** By escape: forms of texts that are not ASCII. */
  readonly #escaped = ESCAPES.map(() => new Map<string, Uint8Array>());
  #place = 0;
  #identity = 0;
  #iteration = 0;
  #lengthAt = 0;
  #lengthDigits = 1;

  /** @param variables of the places that messages are rendered for. @param rows of the users at them. */
  constructor(scenario: Scenario, seed: string, variables: Variables, rows: DataRows) {
    this.#variables = variables;
    this.#data = scenario.data;
    this.#secrets = scenario.secrets.map(({ value, shadow }) => new HeldValue(value, shadow));
    this.#streams = new RandomStreams(seed, 1);
    this.#rows = rows;
  }

  /** What the ledger is told: the length of the message, known here in full or not. */
  get bytes(): number {
    return this.out.length + this.out.missing;
  }

  /** Writes the message of that form to `out`. */
  render(form: MessageForm, place: number, identity: number, iteration: number, position: number): void {
    const { out } = this;
    out.clear();
    this.#place = place;
    this.#identity = identity;
    this.#iteration = iteration;
    this.#lengthDigits = form.lengthDigits;
    this.#lengthAt = -1;
    this.#rows.choose(place, identity, iteration);
    if (form.draws) {
      this.#streams.branch(STREAM, identity, MESSAGE_STREAMS, iteration, position);
    }
    this.#write(form.head, out);
    this.headLength = out.length;
    const { bytes } = this;
    this.#write(form.body, out);
    if (this.#lengthAt >= 0) form.lengthDigits = this.#setLength(this.bytes - bytes);
    if (form.http2 !== null) this.#trim(form.http2.values);
  }

  /** Spaces around a value are no part of it (RFC 9110 5.5), and HTTP/2 has no place for them (RFC 9113 8.2.1). */
  #trim(values: number): void {
    const { starts, ends } = this;
    const { bytes } = this.out;
    for (let i = 0; i < values; i++) {
      while (starts[i]! < ends[i]! && bytes[starts[i]!] === SP) starts[i]!++;
      while (ends[i]! > starts[i]! && bytes[ends[i]! - 1] === SP) ends[i]!--;
    }
  }

  /** Fills in Content-Length; returns how many digits it has. */
  #setLength(bodyBytes: number): number {
    const { out, starts, ends } = this;
    const at = this.#lengthAt;
    const digits = digitsOf(bodyBytes);
    const by = digits - this.#lengthDigits;
    if (by !== 0) {
      out.shift(at + this.#lengthDigits, by);
      this.headLength += by;
      for (let i = 0; i < starts.length; i++) {
        if (starts[i]! > at) starts[i]! += by;
        if (ends[i]! > at) ends[i]! += by;
      }
    }
    writeInteger(out.bytes, at, bodyBytes);
    return digits;
  }

  #write(segments: readonly Segment[], out: Scratch): void {
    for (let i = 0; i < segments.length; i++) {
      const segment = segments[i]!;
      switch (segment.kind) {
        case BYTES:
          out.appendFixed(segment.fixed);
          break;
        case LENGTH:
          out.reserve(this.#lengthDigits);
          this.#lengthAt = out.length;
          out.length += this.#lengthDigits;
          break;
        case FIELD_STARTS:
          this.starts[segment.index] = out.length;
          break;
        case FIELD_ENDS:
          this.ends[segment.index] = out.length;
          break;
        case BASE64:
          this.#writeBase64(segment.parts, out);
          break;
        case USER:
          this.#writeInteger(this.#identity, out);
          break;
        case ITERATION:
          this.#writeInteger(this.#iteration, out);
          break;
        case INT:
          this.#writeInteger(this.#streams.between(STREAM, segment.min, segment.max), out);
          break;
        case CHOICE:
          out.append(segment.choices[this.#streams.below(STREAM, segment.choices.length)]!);
          break;
        case UUID:
          this.#writeUuid(segment.escape, out);
          break;
        case STRING:
          this.#writeString(segment, out);
          break;
        case SECRET:
          writeHeld(this.#secrets[segment.index]!, segment.escape, out);
          break;
        case DATA:
          this.#writeData(segment, out);
          break;
        case VARIABLE: {
          const held = this.#variables.value(this.#place, segment.index);
          if (held === undefined) this.#writeText("", segment.escape, out);
          else writeHeld(held, segment.escape, out);
          break;
        }
      }
    }
  }

  #writeInteger(value: number, out: Scratch): void {
    out.reserve(INTEGER_BYTES_MAX);
    out.length = writeInteger(out.bytes, out.length, value);
  }

  #writeUuid(way: number, out: Scratch): void {
    out.reserve(UUID_BYTES + 2);
    if (way === JSON_VALUE) out.bytes[out.length++] = DQUOTE;
    out.length = writeUuid(out.bytes, out.length, this.#streams, STREAM);
    if (way === JSON_VALUE) out.bytes[out.length++] = DQUOTE;
  }

  #writeString({ escape: way, max }: Segment, out: Scratch): void {
    out.reserve(max);
    const start = out.length;
    const end = writeString(out.bytes, start, max, this.#streams, STREAM);
    if (way === JSON_VALUE) this.#writeText(latin1Decode(out.bytes, start, end), way, out);
    else out.length = end;
  }

  #writeData({ index, column, escape: way }: Segment, out: Scratch): void {
    const row = this.#rows.row(index);
    const source = this.#data[index]!.columns[column]!;
    const start = out.length;
    const text = source.values?.[row];
    if (text !== undefined) this.#writeText(text, way, out);
    if (!source.secret) return;
    const shadow = source.shadows[row]!;
    if (text === undefined) out.missing += shadow.lengths[way]!;
    out.hashInstead(start, hashedShadow(shadow));
  }

  #writeText(text: string, way: number, out: Scratch): void {
    out.reserve(asciiBytesMax(text.length));
    const end = writeAscii(out.bytes, out.length, text, way);
    if (end >= 0) out.length = end;
    else out.append(this.#escapedText(text, way));
  }

  #escapedText(text: string, way: number): Uint8Array {
    const known = this.#escaped[way]!;
    const found = known.get(text);
    if (found !== undefined) return found;
    const made = utf8Encode(escaped(text, ESCAPES[way]!));
    if (known.size === ESCAPED_TEXTS_MAX) known.clear();
    if (text.length <= ESCAPED_TEXT_CHARS_MAX) known.set(text, made);
    return made;
  }

  #writeBase64(parts: readonly Segment[], out: Scratch): void {
    const inner = this.#inner;
    inner.clear();
    this.#write(parts, inner);
    const start = out.length;
    const length = base64Length(inner.length + inner.missing);
    if (inner.missing > 0) {
      out.missing += length;
    } else {
      out.reserve(length);
      out.length = writeBase64(out.bytes, start, inner.bytes, inner.length);
    }
    out.hashInstead(start, new FixedBytes(inner.hashed(), false));
  }
}

function writeHeld(held: HeldValue, way: number, out: Scratch): void {
  const start = out.length;
  const form = held.form(way);
  if (form === null) out.missing += held.lengthOf(way);
  else out.append(form);
  if (held.hashed !== null) out.hashInstead(start, held.hashed);
}
