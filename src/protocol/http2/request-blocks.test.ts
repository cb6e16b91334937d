import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { latin1Encode } from "../../base/bytes.ts";
import { HPACK_OK, HpackDecoder } from "../hpack/decoder.ts";
import type { Http2Request, RequestField } from "./request.ts";
import { RequestBlocks } from "./request-blocks.ts";

/** A field for each line: one without a value is "name: ?", one for nobody's table "name! value". */
function fields(...lines: readonly string[]): RequestField[] {
  return lines.map((line) => {
    const [, name, mark, value] = /^(:?[^:!]+)([:!]) (.*)$/s.exec(line)!;
    return { name: name!, value: value === "?" ? null : value!, sensitive: mark === "!" };
  });
}

/** One sending: the values lie apart in memory that holds more than them. */
function sending(of: readonly RequestField[], ...values: readonly string[]): Http2Request {
  const bytes = latin1Encode(`<${values.join("><")}>`);
  const starts: number[] = [];
  const ends: number[] = [];
  let at = 1;
  for (const value of values) {
    starts.push(at);
    ends.push(at + value.length);
    at += value.length + 2;
  }
  return { fields: of, body: null, toHead: false, values: { bytes, starts, ends } };
}

class Peer {
  readonly blocks = new RequestBlocks();
  readonly decoder = new HpackDecoder(4_096, 1_000_000);

  hear(index: number, request: Http2Request): { lines: string[]; bytes: string } {
    const block = this.blocks.blockOf(index, request);
    const lines: string[] = [];
    const visit = (name: string, value: string): void => {
      lines.push(`${name}: ${value}`);
    };
    expect(this.decoder.decode(block, 0, block.length, visit)).toBe(HPACK_OK);
    return { lines, bytes: Buffer.from(block).toString("hex") };
  }
}

const USER = fields(":method: GET", ":path: ?", "accept: */*", "x-user: ?", "authorization! ?", "x-end: 1");

describe("RequestBlocks", () => {
  test("puts the values of a sending in their places", () => {
    const peer = new Peer();
    for (const [path, user, token] of [
      ["/a", "1", "t"],
      ["/b", "", "x".repeat(300)],
      ["/c", "\xc3\xa9", "u"],
    ]) {
      expect(peer.hear(0, sending(USER, path!, user!, token!)).lines).toEqual([
        ":method: GET",
        `:path: ${path}`,
        "accept: */*",
        `x-user: ${user}`,
        `authorization: ${token}`,
        "x-end: 1",
      ]);
    }
  });

  test("encodes what stays the same once, and puts no value into the table", () => {
    const peer = new Peer();
    const first = peer.hear(0, sending(USER, "/a", "1", "t")).bytes;
    const second = peer.hear(0, sending(USER, "/a", "1", "t")).bytes;
    expect(second.length).toBeLessThan(first.length);
    expect(peer.hear(0, sending(USER, "/b", "2", "u")).bytes).toHaveLength(second.length);
    expect(peer.hear(0, sending(USER, "/a", "1", "t")).bytes).toBe(second);
    // :path is a literal without indexing of name 4, authorization one that nobody may index of name 23 (RFC 7541 6.2).
    expect(second).toContain("04022f61");
    expect(second).toContain("1f080174");
  });

  test("goes on when the table moves under it: other requests, other sizes", () => {
    const index = fc.integer({ min: 0, max: 3 });
    const value = fc.stringMatching(/^[ -~]{0,20}$/);
    const step = fc.oneof(
      fc.record({ index, values: fc.tuple(value, value) }),
      fc.record({ least: fc.integer({ min: 0, max: 200 }), more: fc.integer({ min: 0, max: 200 }) }),
    );
    const kinds = [
      fields(":path: ?", "x-a: 1", "x-b: ?"),
      fields("x-a: 1", "x-b: 2", "x-c: ?", "x-d! ?"),
      fields("x-b: ?", "x-a: ?", "x-e: 12345678901234567890"),
      fields("x-a: 1", "x-b: 2", "x-e: 1"),
    ];
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        const peer = new Peer();
        for (const next of steps) {
          if ("least" in next) {
            peer.blocks.limitTable(next.least, next.least + next.more);
            continue;
          }
          const kind = kinds[next.index]!;
          const isOpen = kind.some((field) => field.value === null);
          const request = isOpen
            ? sending(kind, ...next.values)
            : { fields: kind, body: null, toHead: false, values: null };
          const values = [...next.values];
          const lines = kind.map((field) => `${field.name}: ${field.value ?? values.shift()}`);
          expect(peer.hear(next.index, request).lines).toEqual(lines);
        }
      }),
    );
  });
});
