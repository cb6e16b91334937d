/**
 * The examples of RFC 7541 Appendix C, C.2 to C.6 (C.1 is in integer.test.ts). Blocks, lists, tables and sizes are the
 * RFC's; C.5 and C.6 are for a table of 256 bytes.
 */
import { describe, expect, test } from "vitest";
import { HPACK_OK, HpackDecoder } from "./decoder.ts";
import { HpackEncoder } from "./encoder.ts";
import { fieldBytes, type HpackField } from "./field.ts";

interface Example {
  readonly section: string;
  readonly block: string;
  readonly list: readonly string[];
  /** After decoding, the newest first. */
  readonly table: readonly string[];
  readonly tableBytes: number;
}

const EXAMPLE_COM = ":authority: www.example.com";
const GET_HTTP = [":method: GET", ":scheme: http", ":path: /", EXAMPLE_COM];
const GET_HTTPS = [":method: GET", ":scheme: https", ":path: /index.html", EXAMPLE_COM, "custom-key: custom-value"];
const NO_CACHE = "cache-control: no-cache";
const PRIVATE = "cache-control: private";
const DATE_21 = "date: Mon, 21 Oct 2013 20:13:21 GMT";
const DATE_22 = "date: Mon, 21 Oct 2013 20:13:22 GMT";
const LOCATION = "location: https://www.example.com";
const GZIP = "content-encoding: gzip";
const COOKIE = "set-cookie: foo=ASDJKHQKBZXOQWEOPIUAXQWEOIU; max-age=3600; version=1";

const REPRESENTATIONS: readonly Example[] = [
  {
    section: "C.2.1",
    block: "400a 6375 7374 6f6d 2d6b 6579 0d63 7573 746f 6d2d 6865 6164 6572",
    list: ["custom-key: custom-header"],
    table: ["custom-key: custom-header"],
    tableBytes: 55,
  },
  {
    section: "C.2.2",
    block: "040c 2f73 616d 706c 652f 7061 7468",
    list: [":path: /sample/path"],
    table: [],
    tableBytes: 0,
  },
  {
    section: "C.2.3",
    block: "1008 7061 7373 776f 7264 0673 6563 7265 74",
    list: ["password: secret"],
    table: [],
    tableBytes: 0,
  },
  { section: "C.2.4", block: "82", list: [":method: GET"], table: [], tableBytes: 0 },
];

const REQUESTS: readonly Omit<Example, "block" | "section">[] = [
  { list: GET_HTTP, table: [EXAMPLE_COM], tableBytes: 57 },
  { list: [...GET_HTTP, NO_CACHE], table: [NO_CACHE, EXAMPLE_COM], tableBytes: 110 },
  { list: GET_HTTPS, table: ["custom-key: custom-value", NO_CACHE, EXAMPLE_COM], tableBytes: 164 },
];

const RESPONSES: readonly Omit<Example, "block" | "section">[] = [
  {
    list: [":status: 302", PRIVATE, DATE_21, LOCATION],
    table: [LOCATION, DATE_21, PRIVATE, ":status: 302"],
    tableBytes: 222,
  },
  {
    list: [":status: 307", PRIVATE, DATE_21, LOCATION],
    table: [":status: 307", LOCATION, DATE_21, PRIVATE],
    tableBytes: 222,
  },
  {
    list: [":status: 200", PRIVATE, DATE_22, LOCATION, GZIP, COOKIE],
    table: [COOKIE, GZIP, DATE_22],
    tableBytes: 215,
  },
];

const REQUEST_BLOCKS_PLAIN = [
  "8286 8441 0f77 7777 2e65 7861 6d70 6c65 2e63 6f6d",
  "8286 84be 5808 6e6f 2d63 6163 6865",
  "8287 85bf 400a 6375 7374 6f6d 2d6b 6579 0c63 7573 746f 6d2d 7661 6c75 65",
];
const REQUEST_BLOCKS_HUFFMAN = [
  "8286 8441 8cf1 e3c2 e5f2 3a6b a0ab 90f4 ff",
  "8286 84be 5886 a8eb 1064 9cbf",
  "8287 85bf 4088 25a8 49e9 5ba9 7d7f 8925 a849 e95b b8e8 b4bf",
];
const RESPONSE_BLOCKS_PLAIN = [
  `4803 3330 3258 0770 7269 7661 7465 611d 4d6f 6e2c 2032 3120 4f63 7420 3230 3133 2032 303a 3133 3a32 3120 474d 546e
   1768 7474 7073 3a2f 2f77 7777 2e65 7861 6d70 6c65 2e63 6f6d`,
  "4803 3330 37c1 c0bf",
  `88c1 611d 4d6f 6e2c 2032 3120 4f63 7420 3230 3133 2032 303a 3133 3a32 3220 474d 54c0 5a04 677a 6970 7738 666f 6f3d
   4153 444a 4b48 514b 425a 584f 5157 454f 5049 5541 5851 5745 4f49 553b 206d 6178 2d61 6765 3d33 3630 303b 2076 6572
   7369 6f6e 3d31`,
];
const RESPONSE_BLOCKS_HUFFMAN = [
  `4882 6402 5885 aec3 771a 4b61 96d0 7abe 9410 54d4 44a8 2005 9504 0b81 66e0 82a6 2d1b ff6e 919d 29ad 1718 63c7 8f0b
   97c8 e9ae 82ae 43d3`,
  "4883 640e ffc1 c0bf",
  `88c1 6196 d07a be94 1054 d444 a820 0595 040b 8166 e084 a62d 1bff c05a 839b d9ab 77ad 94e7 821d d7f2 e6c7 b335 dfdf
   cd5b 3960 d5af 2708 7f36 72c1 ab27 0fb5 291f 9587 3160 65c0 03ed 4ee5 b106 3d50 07`,
];

function examples(
  section: string,
  blocks: readonly string[],
  states: readonly Omit<Example, "block" | "section">[],
): Example[] {
  return states.map((state, i) => ({ ...state, section: `${section}.${i + 1}`, block: blocks[i]! }));
}

/** Each connection's examples in order, and the size of its table. */
const CONNECTIONS: readonly (readonly [tableBytesMax: number, readonly Example[]])[] = [
  ...REPRESENTATIONS.map((example) => [4_096, [example]] as const),
  [4_096, examples("C.3", REQUEST_BLOCKS_PLAIN, REQUESTS)],
  [4_096, examples("C.4", REQUEST_BLOCKS_HUFFMAN, REQUESTS)],
  [256, examples("C.5", RESPONSE_BLOCKS_PLAIN, RESPONSES)],
  [256, examples("C.6", RESPONSE_BLOCKS_HUFFMAN, RESPONSES)],
];

/** Examples of which the encoder, which uses Huffman code where it is shorter and never evicts, makes the same block. */
const SAME_BLOCK = ["C.2.4", "C.4.1", "C.4.2", "C.4.3", "C.6.1"];
/** How C.6.1 begins when a peer's limit of 256 has to be announced. */
const ANNOUNCED_256 = "3fe101";

function bytesOf(hex: string): Uint8Array {
  return Uint8Array.from(Buffer.from(hex.replaceAll(/\s/g, ""), "hex"));
}

function fieldOf(text: string): HpackField {
  const colon = text.indexOf(": ", 1);
  return { name: text.slice(0, colon), value: text.slice(colon + 2) };
}

function decoded(decoder: HpackDecoder, block: Uint8Array): string[] {
  const list: string[] = [];
  expect(decoder.decode(block, 0, block.length, (name, value) => list.push(`${name}: ${value}`))).toBe(HPACK_OK);
  return list;
}

/** What the dynamic table holds, the newest first: what the indices from 62 on mean. */
function tableOf(decoder: HpackDecoder): HpackField[] {
  const fields: HpackField[] = [];
  const visit = (name: string, value: string) => fields.push({ name, value });
  for (let index = 62; decoder.decode(Uint8Array.of(0x80 | index), 0, 1, visit) === HPACK_OK; index++);
  return fields;
}

describe.each(CONNECTIONS)("with a table of %i bytes", (tableBytesMax, connection) => {
  const title = connection.map(({ section }) => section).join(", ");

  test(`HpackDecoder decodes ${title}`, () => {
    const decoder = new HpackDecoder(tableBytesMax, 10_000);
    for (const { block, list, table, tableBytes } of connection) {
      expect(decoded(decoder, bytesOf(block))).toEqual(list);
      expect(tableOf(decoder)).toEqual(table.map(fieldOf));
      expect(tableOf(decoder).reduce((sum, { name, value }) => sum + fieldBytes(name, value), 0)).toBe(tableBytes);
    }
  });

  test(`HpackEncoder encodes the lists of ${title}`, () => {
    const encoder = new HpackEncoder();
    encoder.limitTable(tableBytesMax);
    const decoder = new HpackDecoder(tableBytesMax, 10_000);
    for (const { section, block, list } of connection) {
      const ours = encoder.encode(list.map(fieldOf));
      expect(decoded(decoder, ours)).toEqual(list);
      const announced = section === "C.6.1" ? ANNOUNCED_256 : "";
      if (SAME_BLOCK.includes(section)) expect(ours).toEqual(bytesOf(announced + block));
    }
  });
});
