import { describe, expect, test } from "vitest";
import { HPACK_OK, HpackDecoder } from "./decoder.ts";
import { HpackEncoder } from "./encoder.ts";
import type { HpackField } from "./field.ts";

function hexOf(block: Uint8Array): string {
  return Buffer.from(block).toString("hex");
}

function field(name: string, value: string): HpackField {
  return { name, value };
}

function decoded(decoder: HpackDecoder, block: Uint8Array): HpackField[] {
  const fields: HpackField[] = [];
  expect(decoder.decode(block, 0, block.length, (name, value) => fields.push({ name, value }))).toBe(HPACK_OK);
  return fields;
}

/** A field of 35 + `extra` bytes. */
function sized(name: string, extra = 0): HpackField {
  return field(name, "\x00".repeat(2 + extra));
}

describe("HpackEncoder chooses", () => {
  test("the static table before the dynamic, a whole field before a name", () => {
    const encoder = new HpackEncoder();
    expect(hexOf(encoder.encode([field(":method", "GET"), field(":path", "/index.html")]))).toBe("8285");
    // ":status" with another value: the name's first index, 8.
    expect(hexOf(encoder.encode([field(":status", "\x01\x02")]))).toBe("48020102");
    expect(hexOf(encoder.encode([field(":status", "\x01\x02")]))).toBe("be");
    expect(hexOf(encoder.encode([field("\x01", "\x02")]))).toBe("4001010102");
    expect(hexOf(encoder.encode([field("\x01", "\x03")]))).toBe("7e0103");
    // Now three fields: "\x01: \x03" is 62, "\x01: \x02" 63, ":status" 64.
    expect(hexOf(encoder.encode([field("\x01", "\x02"), field(":status", "\x01\x02"), field("\x01", "\x03")]))).toBe(
      "bfc0be",
    );
  });

  test("Huffman code only where it is shorter", () => {
    const encoder = new HpackEncoder();
    // "307" takes three bytes either way, "302" two with Huffman code; RFC 7541 C.6 has both as Huffman code.
    expect(hexOf(encoder.encode([field(":status", "307")]))).toBe("4803333037");
    expect(hexOf(encoder.encode([field(":status", "302")]))).toBe("48826402");
  });

  test("a literal without indexing when there is no room, and never evicts", () => {
    const encoder = new HpackEncoder();
    const decoder = new HpackDecoder(4_096, 100_000);
    const large = sized("a", 4_000);
    const refused = sized("b", 100);
    const small = sized("c");
    expect(encoder.encode([large])[0]).toBe(0x40);
    const { version } = encoder;
    expect(encoder.encode([refused])[0]).toBe(0x00);
    expect(encoder.version).toBe(version);
    expect(encoder.encode([small])[0]).toBe(0x40);
    expect(hexOf(encoder.encode([large, small]))).toBe("bfbe");
    const other = new HpackEncoder();
    for (const list of [[large], [refused], [small], [refused, large, small]]) {
      expect(decoded(decoder, other.encode(list))).toEqual(list);
    }
  });

  test("to fill the table to its last byte", () => {
    const encoder = new HpackEncoder();
    expect(encoder.encode([sized("a", 4_096 - 35 - 36)])[0]).toBe(0x40);
    expect(encoder.encode([sized("b", 2)])[0]).toBe(0x00);
    expect(encoder.encode([sized("b", 1)])[0]).toBe(0x40);
    expect(encoder.encode([field("", "")])[0]).toBe(0x00);
  });

  test("a literal that nobody indexes for a secret, though a table holds it", () => {
    const encoder = new HpackEncoder();
    const secret = { name: "\x01", value: "\x02", sensitive: true };
    const { version } = encoder;
    expect(hexOf(encoder.encode([secret]))).toBe("1001010102");
    expect(encoder.version).toBe(version);
    encoder.encode([field("\x01", "\x02")]);
    expect(hexOf(encoder.encode([secret]))).toBe("1f2f0102");
    expect(hexOf(encoder.encode([{ name: ":path", value: "/", sensitive: true }]))).toBe("14012f");
  });

  test("no field for another that is written the same", () => {
    const encoder = new HpackEncoder();
    const decoder = new HpackDecoder(4_096, 100_000);
    const list = [field("a\0b", "c"), field("a", "b\0c"), field("a", "\0b\0c"), field("", "a\0b\0c")];
    expect(decoded(decoder, encoder.encode(list))).toEqual(list);
    expect(decoded(decoder, encoder.encode(list))).toEqual(list);
  });

  test("no character that is not a byte", () => {
    expect(() => new HpackEncoder().encode([field("a", "\u0100")])).toThrow("not a byte");
    expect(() => new HpackEncoder().encode([field("\u{1f600}", "a")])).toThrow("not a byte");
  });
});

describe("HpackEncoder announces", () => {
  const list = [field("\x01", "\x02"), field("\x03", "\x04")];

  /** What stands before the fields of the first block after `limits`. */
  function announcement(...limits: readonly number[]): string {
    const encoder = new HpackEncoder();
    for (const limit of limits) encoder.limitTable(limit);
    return hexOf(encoder.encode([field(":method", "GET")])).replace(/82$/, "");
  }

  test("nothing when the limit is what both sides start with, or more", () => {
    expect(announcement()).toBe("");
    expect(announcement(4_096)).toBe("");
    expect(announcement(65_536)).toBe("");
    expect(announcement(2 ** 32 - 1, 4_096)).toBe("");
  });

  test("a lower limit, once", () => {
    expect(announcement(0)).toBe("20");
    expect(announcement(100)).toBe("3f45");
    const encoder = new HpackEncoder();
    encoder.limitTable(100);
    expect(hexOf(encoder.encode([]))).toBe("3f45");
    expect(hexOf(encoder.encode([]))).toBe("");
  });

  test("the smallest limit since the last block, then the last one", () => {
    expect(announcement(100, 4_096)).toBe("3f453fe11f");
    expect(announcement(200, 0, 100, 50, 4_097)).toBe("203fe11f");
    expect(announcement(200, 100)).toBe("3f45");
    expect(announcement(100, 200)).toBe("3f453fa901");
  });

  test("a higher limit after a lower one", () => {
    const encoder = new HpackEncoder();
    encoder.limitTable(0);
    expect(hexOf(encoder.encode([]))).toBe("20");
    encoder.limitTable(100);
    encoder.limitTable(4_096);
    expect(hexOf(encoder.encode([]))).toBe("3fe11f");
    encoder.limitTable(5_000);
    expect(hexOf(encoder.encode([]))).toBe("");
  });

  test("and evicts what the lowest limit had no room for", () => {
    const encoder = new HpackEncoder();
    encoder.encode(list);
    expect(hexOf(encoder.encode(list))).toBe("bfbe");
    encoder.limitTable(34);
    encoder.limitTable(4_096);
    // The older field is gone, and comes back as the newer one.
    expect(hexOf(encoder.encode(list)).slice(-12)).toBe("4001010102bf");
    encoder.limitTable(0);
    expect(hexOf(encoder.encode(list))).toBe("20" + "0001010102" + "0001030104");
  });
});

describe("HpackEncoder.version", () => {
  const list = [field(":method", "GET"), field("host", "example.com"), field("x", "1")];

  test("stands while a list is encoded to the same bytes", () => {
    const encoder = new HpackEncoder();
    const first = encoder.version;
    encoder.encode(list);
    const { version } = encoder;
    expect(version).not.toBe(first);
    const block = encoder.encode(list);
    expect(encoder.version).toBe(version);
    expect(encoder.encode(list)).toEqual(block);
    expect(encoder.version).toBe(version);
  });

  test("changes with a limit, and again with the block that announces it", () => {
    const encoder = new HpackEncoder();
    encoder.encode(list);
    const { version } = encoder;
    encoder.limitTable(65_536);
    expect(encoder.version).toBe(version);
    encoder.limitTable(4_000);
    const limited = encoder.version;
    expect(limited).not.toBe(version);
    encoder.encode(list);
    const announced = encoder.version;
    expect(announced).not.toBe(limited);
    encoder.encode(list);
    expect(encoder.version).toBe(announced);
  });
});
