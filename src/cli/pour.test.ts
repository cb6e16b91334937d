import { Writable } from "node:stream";
import { expect, test } from "vitest";
import { pour } from "./pour.ts";

function* numbers(count: number, made: number[]): Generator<string, string> {
  for (let i = 0; i < count; i++) {
    made.push(i);
    yield `${i}\n`;
  }
  return "end";
}

test("pour makes the next piece only when the last one is out", async () => {
  const made: number[] = [];
  const written: string[] = [];
  const slow = new Writable({
    write(chunk, _encoding, done) {
      expect(made).toHaveLength(written.length + 1);
      written.push(String(chunk));
      setImmediate(done);
    },
  });
  expect(await pour(numbers(5, made), slow)).toBe("end");
  expect(written.join("")).toBe("0\n1\n2\n3\n4\n");
});

test("pour ends quietly when the reader goes away", async () => {
  const made: number[] = [];
  const closed = new Writable({
    write(_chunk, _encoding, done) {
      done(made.length < 3 ? null : Object.assign(new Error("write EPIPE"), { code: "EPIPE" }));
    },
  });
  expect(await pour(numbers(100, made), closed)).toBeNull();
  expect(made).toEqual([0, 1, 2]);
});
