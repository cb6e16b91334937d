/**
 * Properties over whole connections: what the encoder says the decoder hears, whatever the table's size does; the
 * decoder carries out any program as a naive table would; and no bytes at all make it throw or listen without bound.
 * fast-check prints the seed of a failure.
 */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { HPACK_INVALID, HPACK_OK, HPACK_TOO_LARGE, HpackDecoder } from "./decoder.ts";
import { HpackEncoder } from "./encoder.ts";
import { fieldBytes, type HpackField } from "./field.ts";
import { writeInteger } from "./integer.ts";
import { STATIC_TABLE } from "./static-table.ts";
import { writeString } from "./string.ts";

const LIST_BYTES_MAX = 1_000_000;

const byteText = fc.oneof(
  fc.string({ maxLength: 20, unit: fc.integer({ min: 0, max: 255 }).map((byte) => String.fromCharCode(byte)) }),
  fc.stringMatching(/^[ -~]{0,40}$/),
  fc.integer({ min: 0, max: 1_500 }).map((length) => "v".repeat(length)),
);
const name = fc.oneof(
  { weight: 2, arbitrary: fc.constantFrom(":method", ":status", "cookie", "date", "x-a", "x-b", "") },
  byteText,
);
const value = fc.oneof({ weight: 2, arbitrary: fc.constantFrom("GET", "200", "", "1", "2") }, byteText);
const field: fc.Arbitrary<HpackField> = fc.oneof(
  fc.record({ name, value }),
  fc.record({ name, value, sensitive: fc.boolean() }),
  fc.constantFrom(...STATIC_TABLE).map(([known, its]) => ({ name: known, value: its })),
);

function decoded(decoder: HpackDecoder, block: Uint8Array): { result: number; fields: HpackField[] } {
  const fields: HpackField[] = [];
  // Foreign bytes around it: nothing outside [start, end) may matter.
  const buffer = new Uint8Array(block.length + 4).fill(0x82);
  buffer.set(block, 2);
  const visit = (name: string, value: string) => fields.push({ name, value });
  return { result: decoder.decode(buffer, 2, buffer.length - 2, visit), fields };
}

describe("HpackEncoder to HpackDecoder", () => {
  const list = fc.array(field, { maxLength: 12 });
  const limit = fc.oneof(fc.constantFrom(0, 31, 64, 4_096, 65_536), fc.integer({ min: 0, max: 5_000 }));
  const step = fc.oneof({ weight: 4, arbitrary: list }, { weight: 1, arbitrary: limit });

  test("every list arrives, in every state of the table", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        const encoder = new HpackEncoder();
        const decoder = new HpackDecoder(4_096, LIST_BYTES_MAX);
        for (const listOrLimit of steps) {
          if (typeof listOrLimit === "number") {
            encoder.limitTable(listOrLimit);
            continue;
          }
          const expected = listOrLimit.map(({ name, value }) => ({ name, value }));
          const { version } = encoder;
          const block = encoder.encode(listOrLimit);
          expect(decoded(decoder, block)).toEqual({ result: HPACK_OK, fields: expected });
          if (encoder.version !== version) continue;
          // The table stands: the block may be sent again, and means the same to a decoder whose table stands too.
          const decoderVersion = decoder.version;
          expect(encoder.encode(listOrLimit)).toEqual(block);
          expect(decoded(decoder, block)).toEqual({ result: HPACK_OK, fields: expected });
          expect(decoder.version).toBe(decoderVersion);
        }
      }),
      { numRuns: 500 },
    );
  });

  test("a fixed set of lists has fixed blocks from the second time on", () => {
    fc.assert(
      fc.property(fc.array(list, { maxLength: 10 }), limit, (lists, bytes) => {
        const encoder = new HpackEncoder();
        encoder.limitTable(bytes);
        for (const one of lists) encoder.encode(one);
        // The announcement, when no list carried it.
        encoder.encode([]);
        const { version } = encoder;
        const blocks = lists.map((one) => encoder.encode(one));
        expect(lists.map((one) => encoder.encode(one))).toEqual(blocks);
        expect(encoder.version).toBe(version);
      }),
    );
  });
});

/** One instruction of a block; an index counts modulo what there is. */
type Instruction =
  | { readonly kind: "indexed"; readonly index: number }
  | {
      readonly kind: "literal";
      readonly form: "inserted" | "plain" | "never";
      readonly index: number;
      readonly name: string | null;
      readonly value: string;
    };

/** The tables as an array, the newest first; and the blocks that say what is done to it. */
class NaivePeer {
  #table: HpackField[] = [];
  #bytesMax = 4_096;

  #evict(): void {
    const bytes = () => this.#table.reduce((sum, { name, value }) => sum + fieldBytes(name, value), 0);
    while (bytes() > this.#bytesMax) this.#table.pop();
  }

  #fieldAt(index: number): HpackField {
    const fixed = STATIC_TABLE[index - 1];
    return fixed === undefined ? this.#table[index - 62]! : { name: fixed[0], value: fixed[1] };
  }

  block(sizes: readonly number[], instructions: readonly Instruction[]): { block: Uint8Array; fields: HpackField[] } {
    const out = new Uint8Array(100_000);
    const fields: HpackField[] = [];
    let at = 0;
    for (const size of sizes) {
      at = writeInteger(out, at, 0x20, 5, size);
      this.#bytesMax = size;
      this.#evict();
    }
    for (const instruction of instructions) {
      const index = 1 + (instruction.index % (61 + this.#table.length));
      const known = this.#fieldAt(index);
      if (instruction.kind === "indexed") {
        at = writeInteger(out, at, 0x80, 7, index);
        fields.push(known);
        continue;
      }
      const { form, value } = instruction;
      const pattern = { inserted: 0x40, plain: 0x00, never: 0x10 }[form];
      at = writeInteger(out, at, pattern, form === "inserted" ? 6 : 4, instruction.name === null ? index : 0);
      if (instruction.name !== null) at = writeString(out, at, instruction.name);
      at = writeString(out, at, value);
      const field = { name: instruction.name ?? known.name, value };
      fields.push(field);
      if (form === "inserted") {
        this.#table.unshift(field);
        this.#evict();
      }
    }
    return { block: out.subarray(0, at), fields };
  }
}

const instruction: fc.Arbitrary<Instruction> = fc.oneof(
  fc.record({ kind: fc.constant("indexed" as const), index: fc.nat({ max: 10_000 }) }),
  fc.record({
    kind: fc.constant("literal" as const),
    form: fc.constantFrom("inserted" as const, "inserted" as const, "plain" as const, "never" as const),
    index: fc.nat({ max: 10_000 }),
    name: fc.option(name),
    value,
  }),
);
const program = fc.tuple(
  fc.array(fc.integer({ min: 0, max: 8_192 }), { maxLength: 2 }),
  fc.array(instruction, { maxLength: 30 }),
);

describe("HpackDecoder", () => {
  test("carries out every program as a naive table does", () => {
    fc.assert(
      fc.property(fc.array(program, { maxLength: 12 }), (programs) => {
        const peer = new NaivePeer();
        const decoder = new HpackDecoder(8_192, LIST_BYTES_MAX);
        for (const [sizes, instructions] of programs) {
          const { block, fields } = peer.block(sizes, instructions);
          expect(decoded(decoder, block)).toEqual({ result: HPACK_OK, fields });
        }
      }),
      { numRuns: 500 },
    );
  });

  test("says something about any bytes, and visits no more than its bound", () => {
    const bytes = fc.array(fc.oneof(fc.integer({ min: 0, max: 255 }), fc.constantFrom(0x00, 0x20, 0x40, 0x7f, 0xbe)), {
      maxLength: 200,
    });
    fc.assert(
      fc.property(fc.array(bytes, { maxLength: 5 }), fc.integer({ min: 0, max: 2_000 }), (blocks, listBytesMax) => {
        const decoder = new HpackDecoder(4_096, listBytesMax);
        for (const block of blocks) {
          const { result, fields } = decoded(decoder, Uint8Array.from(block));
          expect([HPACK_OK, HPACK_INVALID, HPACK_TOO_LARGE]).toContain(result);
          const listBytes = fields.reduce((sum, { name, value }) => sum + fieldBytes(name, value), 0);
          expect(listBytes).toBeLessThanOrEqual(listBytesMax);
        }
      }),
      { numRuns: 2_000 },
    );
  });

  test("says something about any damaged block", () => {
    const damage = fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 }));
    fc.assert(
      fc.property(program, fc.array(damage, { minLength: 1, maxLength: 4 }), ([sizes, instructions], damages) => {
        const block = new NaivePeer().block(sizes, instructions).block.slice();
        for (const [at, byte] of damages) if (block.length > 0) block[at % block.length] = byte;
        const { result } = decoded(new HpackDecoder(8_192, LIST_BYTES_MAX), block);
        expect([HPACK_OK, HPACK_INVALID]).toContain(result);
      }),
      { numRuns: 1_000 },
    );
  });
});
