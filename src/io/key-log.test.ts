import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { beginKeyLog, KeyLog } from "./key-log.ts";

const LINE = new TextEncoder().encode("CLIENT_RANDOM aa bb\n");

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), "z6-keys-"));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

test("beginKeyLog makes a file that its owner alone can read, and leaves one that is there alone", () => {
  const path = join(folder(), "keys.log");
  expect(beginKeyLog(path)).toBeNull();
  expect(readFileSync(path, "utf8")).toBe("");
  expect(statSync(path).mode & 0o777).toBe(0o600);
  writeFileSync(path, "# before\n");
  expect(beginKeyLog(path)).toBeNull();
  expect(readFileSync(path, "utf8")).toBe("# before\n");
});

test("beginKeyLog says why nothing can be written", () => {
  const path = folder();
  expect(beginKeyLog(path)).toBe(`Cannot append to ${path}: it is a directory (EISDIR)`);
  expect(beginKeyLog(join(path, "no", "keys.log"))).toMatch(
    /^Cannot append to .*: no such file or directory \(ENOENT\)$/,
  );
});

test("KeyLog appends lines, and gives up at the first that the disk refuses", () => {
  const path = join(folder(), "keys.log");
  const log = new KeyLog(path);
  log.append(LINE);
  log.append(LINE);
  expect(readFileSync(path, "utf8")).toBe("CLIENT_RANDOM aa bb\nCLIENT_RANDOM aa bb\n");
  const later = join(path, "not-a-folder", "keys.log");
  const refused = new KeyLog(later);
  refused.append(LINE);
  rmSync(path);
  refused.append(LINE);
  expect(() => statSync(later)).toThrow();
});
