import { expect, test } from "vitest";
import { AF_INET, AF_INET6 } from "./abi.ts";
import { socketAddress } from "./socket-address.ts";

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");

test("socketAddress writes an IPv4 address as connect(2) takes it", () => {
  const { family, bytes } = socketAddress("192.0.2.1", 8080);
  expect(family).toBe(AF_INET);
  expect(hex(bytes)).toBe("02001f90c00002010000000000000000");
});

test.each([
  ["::1", "00000000000000000000000000000001"],
  ["::", "00000000000000000000000000000000"],
  ["2001:db8::8:800:200c:417a", "20010db80000000000080800200c417a"],
  ["2001:db8:1:2:3:4:5:6", "20010db8000100020003000400050006"],
  ["ff01::", "ff010000000000000000000000000000"],
  ["::ffff:192.0.2.33", "00000000000000000000ffffc0000221"],
])("socketAddress reads %s", (address, expected) => {
  const { family, bytes } = socketAddress(address, 443);
  expect(family).toBe(AF_INET6);
  expect(hex(bytes)).toBe(`0a0001bb00000000${expected}00000000`);
});

test("socketAddress keeps the zone of a link-local address", () => {
  expect(hex(socketAddress("fe80::1%3", 80).bytes).slice(-8)).toBe("03000000");
});
