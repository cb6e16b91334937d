/** Which cookies users take, and where they send them. */
import { MemoryCookieStore } from "tough-cookie";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { COOKIES_PER_USER_MAX, SET_COOKIE_BYTES_MAX } from "../base/limits.ts";
import type { CookieJars } from "../model/ports.ts";
import type { Scenario } from "../model/scenario.ts";
import { openCookieJars } from "./cookie-jars.ts";

const TARGETS = [
  { host: "www.example.com", port: 80, tls: null },
  { host: "www.example.com", port: 443, tls: {} },
  { host: "api.example.com", port: 8080, tls: null },
  { host: "10.0.0.1", port: 80, tls: null },
  { host: "::1", port: 8443, tls: {} },
];
const [WWW, SECURE, API, ADDRESS, IPV6] = [0, 1, 2, 3, 4] as const;

function scenarioOf(cookies: boolean): Scenario {
  return { targets: TARGETS.map((target) => ({ ...target, cookies })) } as unknown as Scenario;
}

let jars: CookieJars;
beforeEach(async () => {
  jars = (await openCookieJars(scenarioOf(true)))!;
});

test("a scenario whose targets keep no cookies has no jars", async () => {
  expect(await openCookieJars(scenarioOf(false))).toBeNull();
});

test("a user sends what it was given, and no other user does", () => {
  expect(jars.header(7, WWW, "/")).toBe("");
  jars.take(7, WWW, "/", ["a=1", "b=é; HttpOnly"]);
  expect(jars.header(7, WWW, "/x?y=z")).toBe("a=1; b=é");
  expect(jars.header(8, WWW, "/")).toBe("");
  jars.take(7, WWW, "/", ["a=2"]);
  expect(jars.header(7, WWW, "/")).toBe("a=2; b=é");
});

test("a user who is gone leaves nothing to the next one in its place", () => {
  jars.take(7, WWW, "/", ["a=1"]);
  jars.take(8, WWW, "/", ["a=8"]);
  jars.forget(7);
  jars.forget(9);
  expect(jars.header(7, WWW, "/")).toBe("");
  expect(jars.header(8, WWW, "/")).toBe("a=8");
});

describe("Path", () => {
  test("is that of the request, up to its last slash, unless the cookie has its own", () => {
    jars.take(0, WWW, "/shop/cart?a=/b/c", ["a=1", "b=2; Path=/", "c=3; Path=/shop/cart/x"]);
    expect(jars.header(0, WWW, "/shop/list")).toBe("a=1; b=2");
    expect(jars.header(0, WWW, "/shopping")).toBe("b=2");
    expect(jars.header(0, WWW, "/shop/cart/x/y")).toBe("c=3; a=1; b=2");
  });

  test("a request for no path stands for the root", () => {
    jars.take(0, WWW, "*", ["a=1"]);
    expect(jars.header(0, WWW, "*")).toBe("a=1");
  });
});

describe("Domain", () => {
  test("without it a cookie goes to its own host, with it to all hosts below", () => {
    jars.take(0, WWW, "/", ["a=1", "b=2; Domain=example.com", "c=3; Domain=.example.com"]);
    expect(jars.header(0, API, "/")).toBe("b=2; c=3");
    expect(jars.header(0, WWW, "/")).toBe("a=1; b=2; c=3");
  });

  test("a foreign one, or one that no host owns, is refused", () => {
    jars.take(0, WWW, "/", ["a=1; Domain=example.org", "b=2; Domain=com", "c=3; Domain=api.example.com"]);
    expect(jars.header(0, WWW, "/")).toBe("");
    expect(jars.header(0, API, "/")).toBe("");
  });

  test("ports do not matter, and addresses are hosts", () => {
    jars.take(0, ADDRESS, "/", ["a=1"]);
    jars.take(0, IPV6, "/", ["b=2"]);
    expect(jars.header(0, ADDRESS, "/")).toBe("a=1");
    expect(jars.header(0, IPV6, "/")).toBe("b=2");
  });
});

describe("Secure", () => {
  test("cookies go over TLS only", () => {
    jars.take(0, SECURE, "/", ["a=1; Secure", "b=2"]);
    expect(jars.header(0, SECURE, "/")).toBe("a=1; b=2");
    expect(jars.header(0, WWW, "/")).toBe("b=2");
  });

  test("nobody sets them without TLS", () => {
    jars.take(0, WWW, "/", ["a=1; Secure"]);
    expect(jars.header(0, SECURE, "/")).toBe("");
  });
});

describe("age", () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ["Date"], now: Date.UTC(2026, 10, 22) });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  test("Max-Age and Expires end a cookie", () => {
    jars.take(0, WWW, "/", [
      "a=1; Max-Age=10",
      "b=2; Expires=Sun, 22 Nov 2026 00:00:20 GMT",
      "c=3; Max-Age=30; Expires=Sun, 22 Nov 2026 00:00:01 GMT",
      "d=4",
    ]);
    const header = () => jars.header(0, WWW, "/");
    expect(header()).toBe("a=1; b=2; c=3; d=4");
    vi.setSystemTime(Date.UTC(2026, 10, 22, 0, 0, 11));
    expect(header()).toBe("b=2; c=3; d=4");
    vi.setSystemTime(Date.UTC(2026, 10, 22, 0, 0, 21));
    expect(header()).toBe("c=3; d=4");
    vi.setSystemTime(Date.UTC(2026, 10, 22, 0, 0, 31));
    expect(header()).toBe("d=4");
  });

  test("an age that no date has is a long one", () => {
    jars.take(0, WWW, "/", ["a=1; Max-Age=99999999999999999999", "b=2; Max-Age=-1"]);
    expect(jars.header(0, WWW, "/")).toBe("a=1");
    vi.setSystemTime(Date.UTC(2027, 10, 1));
    expect(jars.header(0, WWW, "/")).toBe("a=1");
  });

  test("a server takes a cookie back with an age of 0, or with a date that is past", () => {
    jars.take(0, WWW, "/", ["a=1", "b=2", "c=3"]);
    jars.take(0, WWW, "/", ["a=; Max-Age=0", "b=; Expires=Thu, 01 Jan 1970 00:00:00 GMT"]);
    expect(jars.header(0, WWW, "/")).toBe("c=3");
  });

  test("expired cookies make room for new ones", () => {
    for (let i = 0; i < COOKIES_PER_USER_MAX; i++) jars.take(0, WWW, "/", [`old${i}=1; Max-Age=5`]);
    jars.take(0, WWW, "/", ["a=1"]);
    expect(jars.header(0, WWW, "/")).not.toContain("a=1");
    vi.setSystemTime(Date.UTC(2026, 10, 22, 0, 0, 6));
    const removed = vi.spyOn(MemoryCookieStore.prototype, "removeCookie");
    jars.take(0, WWW, "/", ["a=1"]);
    expect(removed).toHaveBeenCalledTimes(COOKIES_PER_USER_MAX);
    removed.mockRestore();
    expect(jars.header(0, WWW, "/")).toBe("a=1");
  });
});

describe("bounds", () => {
  test("a user keeps no more cookies than the bound, and may be given the same ones for ever", () => {
    const set = Array.from({ length: COOKIES_PER_USER_MAX + 20 }, (_, i) => `c${i}=1`);
    jars.take(0, WWW, "/", set);
    expect(jars.header(0, WWW, "/").split("; ")).toHaveLength(COOKIES_PER_USER_MAX);
    for (let i = 0; i < 3 * COOKIES_PER_USER_MAX; i++) jars.take(1, WWW, "/", [`sid=${i}`]);
    expect(jars.header(1, WWW, "/")).toBe(`sid=${3 * COOKIES_PER_USER_MAX - 1}`);
  });

  test("a user that has as many as it may keep still has them changed and taken back", () => {
    const names = Array.from({ length: COOKIES_PER_USER_MAX }, (_, i) => `c${i}`);
    jars.take(
      0,
      WWW,
      "/",
      names.map((name) => `${name}=1`),
    );
    jars.take(0, WWW, "/", ["new=1", "c7=2", "c0=3; Path=/elsewhere"]);
    const kept = jars.header(0, WWW, "/").split("; ");
    expect(kept).toHaveLength(COOKIES_PER_USER_MAX);
    expect(kept).toContain("c7=2");
    expect(kept).not.toContain("new=1");
    expect(jars.header(0, WWW, "/elsewhere")).not.toContain("c0=3");
    jars.take(0, WWW, "/", ["c8=; Max-Age=0", "new=2", "newer=2"]);
    expect(jars.header(0, WWW, "/").split("; ")).toEqual(expect.arrayContaining(["c7=2", "new=2"]));
    expect(jars.header(0, WWW, "/")).not.toMatch(/c8=|newer=/);
    expect(jars.header(0, WWW, "/").split("; ")).toHaveLength(COOKIES_PER_USER_MAX);
  });

  test("a field that is too long is passed over", () => {
    const longest = `a=${"x".repeat(SET_COOKIE_BYTES_MAX - 2)}`;
    jars.take(0, WWW, "/", [`b=${longest}`, longest, "c=3"]);
    expect(jars.header(0, WWW, "/")).toBe(`${longest}; c=3`);
  });
});

test("what is no cookie is passed over", () => {
  jars.take(0, WWW, "/", ["", ";", "=", "; Path=/", "a=1"]);
  expect(jars.header(0, WWW, "/")).toBe("a=1");
});
