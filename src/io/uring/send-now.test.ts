import { expect, test } from "vitest";
import * as abi from "./abi.ts";
import type { Libc } from "./libc.ts";
import { sendNow } from "./send-now.ts";

/** A C library whose send(2) answers with these results, an errno when negative; `offered` is what it was given. */
function libcWith(results: number[]): { libc: Libc; offered: string[] } {
  const offered: string[] = [];
  let errno = 0;
  const libc = {
    send(_socket: number, bytes: Uint8Array, count: number): number {
      offered.push(Buffer.from(bytes.subarray(0, count)).toString());
      const result = results.shift()!;
      errno = -result;
      return result < 0 ? -1 : result;
    },
    errno: () => errno,
  } as Partial<Libc> as Libc;
  return { libc, offered };
}

const HELLO = Buffer.from("say hello!");

test.each([
  ["all that it took", [5], 5],
  ["a part", [2], 2],
  ["no room as 0", [-abi.EAGAIN], 0],
  ["what came after interruptions", [-abi.EINTR, -abi.EINTR, 3], 3],
  ["an error as a negative errno", [-abi.EINTR, -32], -32],
])("sendNow gives back %s", (_what, results, expected) => {
  const calls = results.length;
  const { libc, offered } = libcWith(results);
  expect(sendNow(libc, 7, HELLO, 4, 9)).toBe(expected);
  expect(offered).toEqual(new Array(calls).fill("hello"));
});
