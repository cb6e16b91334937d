import { describe, expect, test } from "vitest";
import { HPACK_INVALID, HPACK_OK, HPACK_TOO_LARGE, HpackDecoder } from "./decoder.ts";

const LIST_BYTES_MAX = 1_000;

function bytesOf(hex: string): Uint8Array {
  return Uint8Array.from(Buffer.from(hex.replaceAll(" ", ""), "hex"));
}

/** A string literal of `count` characters, as hex. */
function literal(count: number): string {
  const length = count < 127 ? [count] : [127, ((count - 127) & 127) | 128, (count - 127) >> 7];
  return Buffer.from([...length, ...Array<number>(count).fill(0x60)]).toString("hex");
}

function decode(decoder: HpackDecoder, hex: string): { result: number; list: string[] } {
  const block = bytesOf(hex);
  const list: string[] = [];
  const result = decoder.decode(block, 0, block.length, (name, value) => list.push(`${name}: ${value}`));
  return { result, list };
}

/** What a fresh decoder says of a block, which stands in a buffer between valid fields that do not belong to it. */
function resultOf(hex: string, tableBytesMax = 4_096): number {
  const buffer = bytesOf(`8282 ${hex} 8282 8282`);
  const decoder = new HpackDecoder(tableBytesMax, LIST_BYTES_MAX);
  return decoder.decode(buffer, 2, buffer.length - 4, () => {});
}

describe("HpackDecoder refuses", () => {
  test("index 0", () => {
    expect(resultOf("80")).toBe(HPACK_INVALID);
  });

  test("an index beyond the tables", () => {
    expect(resultOf("bd")).toBe(HPACK_OK);
    expect(resultOf("be")).toBe(HPACK_INVALID);
    expect(resultOf("4001610131 be")).toBe(HPACK_OK);
    expect(resultOf("4001610131 bf")).toBe(HPACK_INVALID);
    expect(resultOf("4001610131 ffff7f")).toBe(HPACK_INVALID);
  });

  test("a name's index beyond the tables, in each kind of literal", () => {
    for (const [last, beyond] of [
      ["7d", "7e"],
      ["0f2e", "0f2f"],
      ["1f2e", "1f2f"],
    ]) {
      expect(resultOf(`${last}0131`)).toBe(HPACK_OK);
      expect(resultOf(`${beyond}0131`)).toBe(HPACK_INVALID);
    }
  });

  test("a table larger than was advertised", () => {
    expect(resultOf("3fe10f", 2_048)).toBe(HPACK_OK);
    expect(resultOf("3fe20f", 2_048)).toBe(HPACK_INVALID);
    expect(resultOf("20", 0)).toBe(HPACK_OK);
    expect(resultOf("21", 0)).toBe(HPACK_INVALID);
  });

  test("a new size of the table behind a field", () => {
    expect(resultOf("20 3fe10f 82")).toBe(HPACK_OK);
    expect(resultOf("82 20")).toBe(HPACK_INVALID);
    expect(resultOf("0001610131 20")).toBe(HPACK_INVALID);
    expect(resultOf("20 4001610131 20")).toBe(HPACK_INVALID);
  });

  test("a new size of the table that is no integer", () => {
    expect(resultOf("3f8080808000", 4_096)).toBe(HPACK_OK);
    expect(resultOf("3f808080808000", 4_096)).toBe(HPACK_INVALID);
  });

  test.each([
    ["a size update", "3fe10f"],
    ["an indexed field", "ff00"],
    ["a literal to be inserted", "7f00 0131"],
    ["a literal that is not", "0f0f 0131"],
    ["a literal that never is", "1f0f 0131"],
    ["a literal with a name", "4002 6161 0131"],
    ["a literal with an empty value", "0001 61 00"],
    ["a long value", `4001 61 ${literal(200)}`],
    ["Huffman code", "008825a849e95ba97d7f 8925a849e95bb8e8b4bf"],
  ])("a block that ends within %s", (_name, field) => {
    // Seventy fields in the table: enough for an index of two bytes.
    const fields = bytesOf(`${"4001610131".repeat(70)} ${field} ${field}`);
    const from = 350;
    const size = (fields.length - from) / 2;
    for (let end = 1; end <= size; end++) {
      const decoder = new HpackDecoder(4_096, LIST_BYTES_MAX);
      decoder.decode(fields, 0, from, () => {});
      // What would complete the field lies behind the end.
      const result = decoder.decode(fields, from, from + end, () => {});
      expect(result).toBe(end === size ? HPACK_OK : HPACK_INVALID);
    }
  });

  test("a string longer than the block", () => {
    expect(resultOf("00 0161 0131")).toBe(HPACK_OK);
    expect(resultOf("00 0161 0231")).toBe(HPACK_INVALID);
    expect(resultOf("00 0461 0131")).toBe(HPACK_INVALID);
    expect(resultOf("00 0161 82ff")).toBe(HPACK_INVALID);
    expect(resultOf("00 0161 7fffffffff07 31")).toBe(HPACK_INVALID);
  });

  test("a wrong Huffman code, in a name and in a value", () => {
    expect(resultOf("00 8107 8107")).toBe(HPACK_OK);
    for (const wrong of ["8106", "8207ff", "81ff", "84ffffffff"]) {
      expect(resultOf(`00 ${wrong} 8107`)).toBe(HPACK_INVALID);
      expect(resultOf(`00 8107 ${wrong}`)).toBe(HPACK_INVALID);
    }
  });
});

describe("HpackDecoder", () => {
  test("takes an empty block, and one that only sets the size", () => {
    expect(resultOf("")).toBe(HPACK_OK);
    expect(resultOf("20")).toBe(HPACK_OK);
  });

  test("gives names and values byte by byte, empty ones too", () => {
    const decoder = new HpackDecoder(4_096, LIST_BYTES_MAX);
    expect(decode(decoder, "00 00 00 40 0141 03 00ff0a")).toEqual({ result: HPACK_OK, list: [": ", "A: \x00\xff\n"] });
    expect(decode(decoder, "be")).toEqual({ result: HPACK_OK, list: ["A: \x00\xff\n"] });
  });

  test("knows the name of a field that the insertion evicts", () => {
    const decoder = new HpackDecoder(70, LIST_BYTES_MAX);
    expect(decode(decoder, "40 0361 6263 0131").result).toBe(HPACK_OK);
    expect(decode(decoder, "7e 04 32323232 be")).toEqual({ result: HPACK_OK, list: ["abc: 2222", "abc: 2222"] });
    expect(decode(decoder, "bf").result).toBe(HPACK_INVALID);
  });

  test("empties the table for a field larger than it, and visits that field", () => {
    const decoder = new HpackDecoder(70, LIST_BYTES_MAX);
    expect(decode(decoder, `40 0161 0131 40 0161 ${literal(38)}`)).toMatchObject({ result: HPACK_OK });
    expect(decode(decoder, "be").result).toBe(HPACK_INVALID);
    expect(decode(decoder, `40 0161 ${literal(37)} be`).result).toBe(HPACK_OK);
  });

  test("evicts what a new size has no room for, even if the next restores it", () => {
    const decoder = new HpackDecoder(4_096, LIST_BYTES_MAX);
    expect(decode(decoder, "40 0161 0131 40 0162 0132").result).toBe(HPACK_OK);
    expect(decode(decoder, "3f03 3fe11f be").list).toEqual(["b: 2"]);
    expect(decode(decoder, "bf").result).toBe(HPACK_INVALID);
  });

  test("starts with 4,096 bytes of a larger table, until the peer asks for more", () => {
    const decoder = new HpackDecoder(65_536, 100_000);
    const field = `40 0161 ${literal(3_000)}`;
    expect(decode(decoder, field + field).result).toBe(HPACK_OK);
    expect(decode(decoder, "bf").result).toBe(HPACK_INVALID);
    // 65,536 is a prefix of 31 and 65,505 in three groups.
    expect(decode(decoder, `3fe1ff03 ${field}`).result).toBe(HPACK_OK);
    expect(decode(decoder, "bf").result).toBe(HPACK_OK);
  });

  test("has a version that changes with the table only", () => {
    const decoder = new HpackDecoder(4_096, LIST_BYTES_MAX);
    let version = decoder.version;
    const changes = (hex: string): boolean => {
      expect(decode(decoder, hex).result).not.toBe(HPACK_INVALID);
      const before = version;
      version = decoder.version;
      return version > before;
    };
    expect(changes("82 84 00 0161 0131 10 0161 0131")).toBe(false);
    expect(changes("40 0161 0131")).toBe(true);
    expect(changes("be be")).toBe(false);
    expect(changes("3fe11f be")).toBe(false);
    expect(changes("3fe11e be")).toBe(true);
    expect(changes("20")).toBe(true);
    expect(changes("20")).toBe(false);
    expect(changes("40 0161 0131")).toBe(false);
  });
});

describe("HpackDecoder with a list beyond its bound", () => {
  test("takes a list that is as large as the bound", () => {
    // 42 bytes: ":method" and "GET".
    const exact = new HpackDecoder(4_096, 3 * 42);
    expect(decode(exact, "828282")).toMatchObject({ result: HPACK_OK, list: { length: 3 } });
    const less = new HpackDecoder(4_096, 3 * 42 - 1);
    expect(decode(less, "828282")).toMatchObject({ result: HPACK_TOO_LARGE, list: { length: 2 } });
    expect(decode(less, "8282")).toMatchObject({ result: HPACK_OK, list: { length: 2 } });
  });

  test("visits no more than the bound allows, though a small block names a large field many times", () => {
    const decoder = new HpackDecoder(4_096, 16_384);
    const { result, list } = decode(decoder, `40 0161 ${literal(4_000)} ${"be".repeat(50_000)}`);
    expect(result).toBe(HPACK_TOO_LARGE);
    expect(list).toHaveLength(4);
  });

  test("visits nothing more, even if it would fit", () => {
    const decoder = new HpackDecoder(4_096, 100);
    expect(decode(decoder, `82 00 0161 ${literal(60)} 82`)).toEqual({
      result: HPACK_TOO_LARGE,
      list: [":method: GET"],
    });
  });

  test("keeps the table in step to the end of the block", () => {
    const decoder = new HpackDecoder(4_096, 50);
    expect(decode(decoder, "82 82 82 40 0161 0131 40 0162 0132").result).toBe(HPACK_TOO_LARGE);
    expect(decode(decoder, "be")).toEqual({ result: HPACK_OK, list: ["b: 2"] });
    expect(decode(decoder, "bf")).toEqual({ result: HPACK_OK, list: ["a: 1"] });
  });

  test("still refuses what breaks the format", () => {
    const decoder = new HpackDecoder(4_096, 50);
    expect(decode(decoder, "82 82 82 80").result).toBe(HPACK_INVALID);
  });
});
