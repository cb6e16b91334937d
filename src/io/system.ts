/** What the machine and the process are like, and what only they can give: entropy, limits, a hash. */
import { createHash, randomBytes } from "node:crypto";
import { readFileSync, statfsSync } from "node:fs";
import { arch, availableParallelism, cpus, hostname, platform, release, totalmem } from "node:os";
import { dirname, resolve } from "node:path";
import type { Sha256 } from "../model/ports.ts";

export const sha256: Sha256 = (...parts) => {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return hash.digest();
};

/** A fresh seed: unsigned 64 bits, decimal. */
export function drawSeed(): string {
  return randomBytes(8).readBigUInt64LE().toString();
}

/** How many files and sockets this process may have open, or null where the system does not say. */
export function fileDescriptorLimit(): number | null {
  try {
    const line = /^Max open files\s+(\S+)/m.exec(readFileSync("/proc/self/limits", "utf8"));
    return line === null || line[1] === "unlimited" ? null : Number(line[1]);
  } catch {
    // Not Linux, or no /proc: the limit is unknown, which is what null says.
    return null;
  }
}

/** How many connections one local address may have to one remote address and port, or null where it is not known. */
export function localPortCount(): number | null {
  try {
    const [first, last] = readFileSync("/proc/sys/net/ipv4/ip_local_port_range", "utf8")
      .trim()
      .split(/\s+/)
      .map(Number);
    return Number.isInteger(first) && Number.isInteger(last) ? last! - first! + 1 : null;
  } catch {
    // Not Linux, or no /proc.
    return null;
  }
}

/** Bytes that this user may still write where `path` is, or would be; null where the system does not say. */
export function freeDiskBytes(path: string): number | null {
  for (let folder = resolve(path); ; folder = dirname(folder)) {
    try {
      const { bavail, bsize } = statfsSync(folder);
      return bavail * bsize;
    } catch (error) {
      const isMissing = (error as NodeJS.ErrnoException).code === "ENOENT";
      if (!isMissing || folder === dirname(folder)) return null;
    }
  }
}

/** One shard for two processors: the other one is left to the supervisor, the kernel and the server. */
export function defaultShards(): number {
  return Math.max(1, availableParallelism() >> 1);
}

/** The most resident memory that the process has had, bytes. It opens no file: a run may have used them all up. */
export function residentBytesMax(): number {
  return process.resourceUsage().maxRSS * 1024;
}

/** The machine, for metadata.json. */
export function machine(): Readonly<Record<string, string | number>> {
  const processors = cpus();
  return {
    hostname: hostname(),
    platform: platform(),
    release: release(),
    arch: arch(),
    cpu: processors[0]?.model.trim() ?? "",
    cpus: processors.length,
    memory_mb: Math.round(totalmem() / 2 ** 20),
    node: process.version,
  };
}
