import { expect, test } from "vitest";
import type { Target } from "../model/scenario.ts";
import { chooseIo } from "./choose-io.ts";

const plain = { tls: null } as Target;
const secure = { tls: {} } as Target;

test("chooseIo takes Node's sockets when asked to, and says so", () => {
  expect(chooseIo("node", [plain])).toEqual({ io: "node", reason: "asked for" });
});

test("chooseIo leaves TLS to Node, and says why", () => {
  const { io, reason } = chooseIo("auto", [plain, secure]);
  expect(io).toBe("node");
  expect(reason).toMatch(process.platform === "linux" ? /TLS/ : /Linux/);
});

test("chooseIo always has an answer and a reason for plain targets", () => {
  const { io, reason } = chooseIo("auto", [plain]);
  expect(["node", "uring"]).toContain(io);
  expect(reason).not.toBe("");
});
