import { describe, expect, test } from "vitest";
import { settings } from "../../../test/support/http2-frames.ts";
import { FLOW_CONTROL_ERROR, NO_ERROR, PROTOCOL_ERROR } from "./frame.ts";
import { PeerSettings } from "./peer-settings.ts";

type Pairs = readonly (readonly [identifier: number, value: number])[];

function take(peer: PeerSettings, ...pairs: Pairs): number {
  const frame = settings(...pairs);
  return peer.take(frame, 9, frame.length);
}

describe("PeerSettings", () => {
  test("begins with the defaults (RFC 9113, 6.5.2)", () => {
    expect({ ...new PeerSettings() }).toEqual({
      headerTableBytes: 4_096,
      headerTableBytesLeast: 4_096,
      concurrentStreamsMax: Number.POSITIVE_INFINITY,
      initialWindowBytes: 65_535,
      frameBytesMax: 16_384,
    });
  });

  const rows: readonly [name: string, pair: readonly [number, number], expected: Partial<PeerSettings>][] = [
    ["a table size", [1, 100], { headerTableBytes: 100 }],
    ["the largest table size", [1, 0xffff_ffff], { headerTableBytes: 0xffff_ffff }],
    ["no table", [1, 0], { headerTableBytes: 0 }],
    ["a number of streams", [3, 7], { concurrentStreamsMax: 7 }],
    ["no streams", [3, 0], { concurrentStreamsMax: 0 }],
    ["the largest number of streams", [3, 0xffff_ffff], { concurrentStreamsMax: 0xffff_ffff }],
    ["a window", [4, 70_000], { initialWindowBytes: 70_000 }],
    ["no window", [4, 0], { initialWindowBytes: 0 }],
    ["the largest window", [4, 0x7fff_ffff], { initialWindowBytes: 0x7fff_ffff }],
    ["the smallest frame", [5, 16_384], { frameBytesMax: 16_384 }],
    ["the largest frame", [5, 16_777_215], { frameBytesMax: 16_777_215 }],
    ["that it pushes nothing", [2, 0], {}],
    ["a size of lists, which is advice", [6, 1], {}],
    ["a setting that nobody has defined", [0x4242, 1], {}],
    ["one with the number 0", [0, 1], {}],
  ];
  test.each(rows)("takes %s", (_name, pair, expected) => {
    const peer = new PeerSettings();
    expect(take(peer, pair)).toBe(NO_ERROR);
    expect(peer).toMatchObject({ ...new PeerSettings(), ...expected, headerTableBytesLeast: expect.any(Number) });
  });

  const wrong: readonly [name: string, pair: readonly [number, number], error: number][] = [
    ["a server that announces pushes", [2, 1], PROTOCOL_ERROR],
    ["a push setting that is no yes or no", [2, 2], PROTOCOL_ERROR],
    ["a window beyond 2^31 - 1", [4, 0x8000_0000], FLOW_CONTROL_ERROR],
    ["a frame below 16,384 bytes", [5, 16_383], PROTOCOL_ERROR],
    ["a frame beyond 2^24 - 1 bytes", [5, 16_777_216], PROTOCOL_ERROR],
  ];
  test.each(wrong)("refuses %s", (_name, pair, error) => {
    expect(take(new PeerSettings(), pair)).toBe(error);
    expect(take(new PeerSettings(), [3, 9], pair, [1, 9])).toBe(error);
  });

  test("a client may take pushes or not, and nothing else", () => {
    const client = new PeerSettings(1);
    expect([take(client, [2, 0]), take(client, [2, 1]), take(client, [2, 2])]).toEqual([
      NO_ERROR,
      NO_ERROR,
      PROTOCOL_ERROR,
    ]);
  });

  test("the last of several values counts, and what is not said stays", () => {
    const peer = new PeerSettings();
    take(peer, [3, 5], [4, 10], [3, 6]);
    take(peer, [4, 11]);
    take(peer);
    expect(peer).toMatchObject({ concurrentStreamsMax: 6, initialWindowBytes: 11 });
  });

  test("knows the smallest table on the way through a frame", () => {
    const peer = new PeerSettings();
    const least = (...pairs: Pairs) => [take(peer, ...pairs), peer.headerTableBytesLeast, peer.headerTableBytes];
    expect(least([1, 0], [1, 4_096])).toEqual([NO_ERROR, 0, 4_096]);
    expect(least([1, 9_000], [1, 100], [1, 200])).toEqual([NO_ERROR, 100, 200]);
    expect(least([1, 300])).toEqual([NO_ERROR, 200, 300]);
    expect(least([3, 1])).toEqual([NO_ERROR, 300, 300]);
  });
});
