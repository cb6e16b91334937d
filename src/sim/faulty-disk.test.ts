import { expect, test } from "vitest";
import { Dice } from "./dice.ts";
import { DiskFull, FaultyDisk } from "./faulty-disk.ts";

const bytes = (count: number): Uint8Array => Uint8Array.from({ length: count }, (_, i) => (i * 7 + 1) & 0xff);

test("FaultyDisk writes everything, in whatever writes", () => {
  const disk = new FaultyDisk(new Dice("1", 0), Number.POSITIVE_INFINITY);
  const written = bytes(100_000);
  for (let at = 0; at < written.length; at += 999) disk.append(written.subarray(at, at + 999));
  expect(Buffer.compare(disk.image(), written)).toBe(0);
});

test("FaultyDisk is full at its last byte, in the middle of a write, and keeps what was written", () => {
  const disk = new FaultyDisk(new Dice("1", 0), 250);
  disk.append(bytes(200));
  expect(() => disk.append(bytes(200))).toThrow(DiskFull);
  expect(disk.image()).toEqual(Uint8Array.from([...bytes(200), ...bytes(50)]));
  expect(() => disk.append(bytes(1))).toThrow(expect.objectContaining({ code: "ENOSPC" }));
});

test("FaultyDisk shows what a crash leaves, and what a flipped bit changes", () => {
  const disk = new FaultyDisk(new Dice("1", 0), Number.POSITIVE_INFINITY);
  disk.append(bytes(4));
  expect([...disk.torn(2, 3)]).toEqual([1, 8, 0, 0, 0]);
  expect([...disk.flipped(9)]).toEqual([1, 10, 15, 22]);
  expect(disk.image()).toEqual(bytes(4));
});
