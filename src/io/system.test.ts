import { existsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { fileDescriptorLimit, freeDiskBytes, localPortCount } from "./system.ts";

test("free bytes of a folder that does not exist yet are those of the one it would be in", () => {
  const free = freeDiskBytes(tmpdir());
  expect(free).toBeGreaterThan(0);
  const missing = freeDiskBytes(join(tmpdir(), "z6-no-such-folder", "nor-this"));
  // Others write meanwhile.
  expect(Math.abs(missing! - free!)).toBeLessThan(2 ** 30);
  expect(freeDiskBytes(join(import.meta.filename, "below-a-file"))).toBeNull();
});

test("limits are numbers where Linux says them, and else unknown", () => {
  if (existsSync("/proc/self/limits")) expect(fileDescriptorLimit()).toBeGreaterThan(16);
  else expect(fileDescriptorLimit()).toBeNull();
  const ports = localPortCount();
  if (existsSync("/proc/sys/net/ipv4/ip_local_port_range")) expect(ports).toBeGreaterThan(0);
  else expect(ports).toBeNull();
  expect(ports ?? 0).toBeLessThanOrEqual(65_536);
});
