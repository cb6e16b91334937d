import { expect, test } from "vitest";
import { PATHS_MAX } from "./bounds.ts";
import { Books } from "./stats.ts";

test("the books balance", () => {
  const books = new Books();
  for (let i = 0; i < 6; i++) books.enter(i < 4 ? "GET" : "POST", i < 3 ? "/" : "/drop", i < 2 ? "1.1" : "2");
  books.settleAnswered(200);
  books.settleAnswered(200);
  books.settleAnswered(500);
  books.settleLost("dropped_before");
  books.settleLost("abandoned");
  const { requests, by_http_version, by_method, by_path, by_status } = books.stats();
  expect(requests).toEqual({
    total: 6,
    answered: 3,
    dropped_before: 1,
    dropped_within: 0,
    misbehaved: 0,
    abandoned: 1,
    pending: 1,
  });
  expect(by_method).toEqual({ GET: 4, POST: 2 });
  expect(by_path).toEqual({ "/": 3, "/drop": 3 });
  expect(by_status).toEqual({ "200": 2, "500": 1 });
  expect(by_http_version).toEqual({ "1.1": 2, "2": 4 });
});

test("paths beyond the bound are counted as one", () => {
  const books = new Books();
  for (let i = 0; i < PATHS_MAX + 5; i++) books.enter("GET", `/p${i}`, "1.1");
  books.enter("GET", "/p0", "1.1");
  const { by_path } = books.stats();
  expect(Object.keys(by_path)).toHaveLength(PATHS_MAX + 1);
  expect(by_path["(other)"]).toBe(5);
  expect(by_path["/p0"]).toBe(2);
});
