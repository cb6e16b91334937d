import { describe, expect, test } from "vitest";
import { GET, scenarioOf, secret, shadow, TARGET, text, value, withoutSecrets } from "../../test/support/messages.ts";
import { BugError } from "../base/assert.ts";
import { fnv1a, latin1Decode, utf8Decode, utf8Encode } from "../base/bytes.ts";
import { CAPTURED_SECRET } from "../model/entry.ts";
import type { RequestSpec, Scenario } from "../model/scenario.ts";
import type { Value } from "../model/template.ts";
import { Http1RequestParser, REQUEST_COMPLETE } from "../protocol/http1/request-parser.ts";
import { UserMessages } from "./user-messages.ts";

const TOKEN: Value = { kind: "variable", variable: 0 };

function messagesOf(scenario: Scenario, sends = true, seed = "1"): UserMessages {
  return new UserMessages({ scenario, seed, places: 4, sends });
}

function sent(messages: UserMessages, place: number): string {
  return utf8Decode(messages.bufferOf(place), 0, messages.lengthOf(place));
}

/** What follows the request line's path. */
function pathOf(messages: UserMessages, place: number): string {
  return sent(messages, place).split(" ")[1]!;
}

function drawing(what: Value): Scenario {
  const path = { parts: [text("/"), value(what, "uri"), text("/"), value(what, "uri")] };
  return scenarioOf({ requests: [{ ...GET, path }] });
}

function capturing(path: RequestSpec["path"], isSecret: boolean): Scenario {
  return scenarioOf({
    requests: [{ ...GET, path }],
    variables: ["token", "other"],
    captures: [0, 1].map((variable) => ({
      request: 0,
      variable,
      finder: { kind: "cookie", name: "sid" },
      secret: isSecret,
      rule: variable,
    })),
  });
}

describe("draws", () => {
  const drawn: readonly [name: string, what: Value, form: RegExp][] = [
    ["uuid", { kind: "uuid" }, /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/],
    ["int", { kind: "int", min: -1_000_000_000, max: 1_000_000_000 }, /^-?[0-9]{1,10}$/],
    ["string", { kind: "string", length: 12 }, /^[A-Za-z0-9]{12}$/],
  ];
  test.each(drawn)("%s follows from seed, user, iteration and position, and from nothing else", (_name, what, form) => {
    const scenario = drawing(what);
    const messages = messagesOf(scenario);
    const at = (place: number, identity: number, iteration: number, position: number): string => {
      messages.render(place, identity, iteration, position, 0, 0);
      return pathOf(messages, place);
    };
    const first = at(0, 7, 3, 2);
    const values = first.split("/").slice(1);
    expect(values.every((one) => form.test(one))).toBe(true);
    const others = [at(0, 7, 3, 3), at(0, 7, 2, 2), at(0, 6, 3, 2), at(0, 7, 2, 3), at(0, 2, 7, 3)];
    const again = messagesOf(scenario, true, "2");
    again.render(0, 7, 3, 2, 0, 0);
    const all = [first, ...others, pathOf(again, 0)].flatMap((path) => path.split("/").slice(1));
    expect(new Set(all).size).toBe(14);
    expect(at(3, 7, 3, 2)).toBe(first);
  });

  test("an int takes both its ends, and a choice each of its texts", () => {
    const int = messagesOf(drawing({ kind: "int", min: 1, max: 3 }));
    const choice = messagesOf(drawing({ kind: "choice", texts: ["a b", "c"] }));
    const seen = new Set<string>();
    for (let i = 0; i < 50; i++) {
      int.render(0, i, 0, 0, 0, 0);
      choice.render(0, i, 0, 0, 0, 0);
      for (const one of `${pathOf(int, 0)}${pathOf(choice, 0)}`.split("/")) seen.add(one);
    }
    expect([...seen].sort()).toEqual(["", "1", "2", "3", "a%20b", "c"]);
  });

  test("a drawn string that is a JSON number needs no quotes, and every other has them", () => {
    const body = [value({ kind: "string", length: 1 }, "json_value"), text(" "), value({ kind: "uuid" }, "json_value")];
    const messages = messagesOf(scenarioOf({ requests: [{ ...GET, method: "POST", body }] }));
    const kinds = new Set<string>();
    for (let i = 0; i < 300; i++) {
      messages.render(0, i, 0, 0, 0, 0);
      const [one, uuid] = sent(messages, 0).split("\r\n\r\n")[1]!.split(" ");
      kinds.add(typeof JSON.parse(one!));
      expect(JSON.parse(uuid!)).toHaveLength(36);
      expect(messages.bytes).toBe(messages.lengthOf(0));
    }
    expect([...kinds].sort()).toEqual(["number", "string"]);
  });
});

describe("captured values", () => {
  const path = { parts: [text("/"), value(TOKEN, "uri"), text("/"), value({ kind: "variable", variable: 1 }, "uri")] };

  test("are each user's own, the latest of them, until the iteration ends", () => {
    const messages = messagesOf(capturing(path, false));
    const paths = (): string[] =>
      [0, 1].map((place) => {
        messages.render(place, place, 0, 0, 0, 0);
        return pathOf(messages, place);
      });
    expect(paths()).toEqual(["//", "//"]);
    messages.capture(0, 0, 0, utf8Encode("first"));
    messages.capture(0, 0, 0, utf8Encode("a/é"));
    messages.capture(1, 1, 0, utf8Encode("b"));
    expect(paths()).toEqual(["/a%2F%C3%A9/", "//b"]);
    messages.forget(0);
    expect(paths()).toEqual(["//", "//b"]);
  });

  test("of a name are gone when a later capture of it finds nothing, and other rules do not matter to them", () => {
    const messages = messagesOf(capturing(path, false));
    const pathNow = (): string => {
      messages.render(0, 0, 0, 0, 0, 0);
      return pathOf(messages, 0);
    };
    for (const place of [0, 1]) {
      messages.capture(place, 0, 0, utf8Encode("a"));
      messages.capture(place, 1, 0, utf8Encode("b"));
    }
    messages.breakRule(0, 2);
    expect(pathNow()).toBe("/a/b");
    messages.breakRule(0, 0);
    expect(pathNow()).toBe("//b");
    messages.capture(0, 0, 0, utf8Encode("c"));
    messages.breakRule(1, 0);
    expect(pathNow()).toBe("/c/b");
  });

  test("that are secret are sent, and hashed as their shadows, with the length that they have", () => {
    const scenario = capturing(path, true);
    const live = messagesOf(scenario);
    const replayed = messagesOf(withoutSecrets(scenario), false);
    // A lone surrogate has other lengths in other places.
    const token = "s3cret \ud800";
    live.keepSecret(0, 0, token);
    for (const messages of [live, replayed]) {
      messages.capture(0, 0, CAPTURED_SECRET, utf8Encode(JSON.stringify(shadow(token))));
      messages.render(0, 0, 0, 0, 0, 0);
    }
    expect(pathOf(live, 0)).toBe("/s3cret%20%EF%BF%BD/");
    const hashed = sent(live, 0).replace("s3cret%20%EF%BF%BD", `sha256:${shadow(token).sha256}`);
    expect([live.hash, live.bytes]).toEqual([fnv1a(utf8Encode(hashed)), sent(live, 0).length]);
    expect([replayed.hash, replayed.bytes]).toEqual([live.hash, live.bytes]);
  });

  test("that are secret and not known are never taken for sendable", () => {
    const messages = messagesOf(capturing(path, true));
    messages.keepSecret(0, 0, "old");
    messages.forget(0);
    messages.capture(0, 0, CAPTURED_SECRET, utf8Encode(JSON.stringify(shadow("old"))));
    messages.render(0, 0, 0, 0, 0, 0);
    expect(() => messages.bufferOf(0)).toThrow(BugError);
    expect(() => messages.lengthOf(1)).toThrow(BugError);
  });

  test.each([
    "",
    "{",
    "null",
    '{"sha256":"x","lengths":[]}',
    `{"sha256":"${"0".repeat(64)}","lengths":[1,2,3,4,5,-1]}`,
  ])("%j in a ledger is no shadow", (written) => {
    const messages = messagesOf(capturing(path, true), false);
    expect(() => messages.capture(0, 0, CAPTURED_SECRET, utf8Encode(written))).toThrow(BugError);
  });
});

describe("what a value may not do", () => {
  const attacks = [
    "x\r\nX-Injected: 1",
    "x HTTP/1.1\r\nHost: evil\r\n\r\nGET /second HTTP/1.1\r\nHost: h\r\n\r\n",
    "\n\n\0",
    "\r\n\r\n",
    "/../../?a=b#c",
    "a\u0085\u2028b",
  ];
  test.each(attacks)("%j in path, header and form ends none of them", (attack) => {
    const scenario = capturing({ parts: [text("/p/"), value(TOKEN, "uri"), text("?q="), value(TOKEN, "form")] }, false);
    const headers = [["X-Token", { parts: [text("t "), value(TOKEN, "header"), text(".")] }]] as const;
    const requests = [
      { ...GET, method: "POST" as const, path: scenario.requests[0]!.path, headers, body: [value(TOKEN, "none")] },
    ];
    const messages = messagesOf({ ...scenario, requests });
    messages.capture(0, 0, 0, utf8Encode(attack));
    messages.render(0, 0, 0, 0, 0, 0);
    const parser = new Http1RequestParser({ keepHeaders: true });
    parser.begin();
    const bytes = messages.bufferOf(0).slice(0, messages.lengthOf(0));
    expect(parser.feed(bytes, 0, bytes.length)).toBe(bytes.length);
    expect(parser).toMatchObject({ state: REQUEST_COMPLETE, method: "POST" });
    expect([...parser.headers.keys()].sort()).toEqual(["accept", "content-length", "host", "user-agent", "x-token"]);
    const url = new URL(`http://h${parser.path}`);
    expect(decodeURIComponent(url.pathname.slice("/p/".length))).toBe(attack);
    expect(url.searchParams.get("q")).toBe(attack);
    expect(parser.bodyBytes).toBe(utf8Encode(attack).length);
    const http2 = messages.http2Of(0);
    const values = Array.from({ length: 3 }, (_, i) =>
      utf8Decode(http2.values!.bytes, http2.values!.starts[i], http2.values!.ends[i]),
    );
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what must not be there.
    expect(values.join("")).not.toMatch(/[\u0000-\u001f\u007f]/);
  });

  const misplaced: readonly [name: string, request: Partial<RequestSpec>][] = [
    ["a bare value in a path", { path: { parts: [text("/"), value(TOKEN, "none")] } }],
    ["a header's value in a path", { path: { parts: [text("/"), value(TOKEN, "header")] } }],
    ["a path that begins with a value", { path: { parts: [value(TOKEN, "uri")] } }],
    ["a bare value in a header", { headers: [["A", { parts: [value(TOKEN, "none")] }]] }],
    ["a line end in a header", { headers: [["A", { parts: [text("\r\n"), value(TOKEN, "header")] }]] }],
    ["a space in a path", { path: { parts: [text("/ "), value(TOKEN, "uri")] } }],
    ["a length of the scenario's own", { headers: [["Content-Length", { parts: [value(TOKEN, "header")] }]] }],
    ["a name that is no token", { headers: [["A:", { parts: [value(TOKEN, "header")] }]] }],
  ];
  test.each(misplaced)("%s is a bug", (_name, request) => {
    const scenario = capturing("/", false);
    expect(() => messagesOf({ ...scenario, requests: [{ ...GET, ...request }] })).toThrow(BugError);
  });
});

describe("memory of a place", () => {
  test("grows with its messages, and the message before stays what it was elsewhere", () => {
    const scenario = capturing({ parts: [text("/"), value(TOKEN, "uri")] }, false);
    const messages = messagesOf(scenario);
    messages.render(1, 1, 0, 0, 0, 0);
    for (const length of [10, 5_000, 70_000, 3]) {
      messages.capture(0, 0, 0, utf8Encode("x".repeat(length)));
      messages.render(0, 0, 0, 0, 0, 0);
      expect(pathOf(messages, 0)).toBe(`/${"x".repeat(length)}`);
    }
    expect(pathOf(messages, 1)).toBe("/");
  });

  test("holds a body of another length each time, and Content-Length says which", () => {
    const scenario = capturing("/", false);
    const requests = [{ ...GET, method: "POST" as const, body: [value(TOKEN, "none")] }];
    const messages = messagesOf({ ...scenario, requests });
    for (const length of [0, 9, 10, 99, 100, 12_345, 7]) {
      messages.capture(0, 0, 0, utf8Encode("y".repeat(length)));
      messages.render(0, 0, 0, 0, 0, 0);
      const whole = sent(messages, 0);
      expect(whole).toBe(
        `POST / HTTP/1.1\r\nHost: h\r\nUser-Agent: z6\r\nAccept: */*\r\nContent-Length: ${length}\r\n\r\n${"y".repeat(length)}`,
      );
      expect([messages.bytes, messages.hash]).toEqual([whole.length, fnv1a(utf8Encode(whole))]);
      expect(messages.headLengthOf(0)).toBe(whole.length - length);
    }
  });
});

test("a request is rendered for the targets that it may go to, with their headers and paths", () => {
  const headers = [["X-User", { parts: [value({ kind: "user" }, "header")] }]] as const;
  const other = {
    ...TARGET,
    name: "b",
    host: "::1",
    port: 8080,
    basePath: "/base",
    headers,
    httpVersion: "http1.1" as const,
  };
  const path = { parts: [text("/"), value({ kind: "iteration" }, "uri")] };
  const scenario = scenarioOf({
    targets: [TARGET, other],
    requests: [
      { ...GET, path: "/plain", target: 1 },
      { ...GET, path, headers: [["x-user", "me"]] },
    ],
  });
  const messages = messagesOf(scenario);
  messages.render(0, 5, 6, 0, 0, 1);
  expect(sent(messages, 0)).toBe(
    "GET /base/plain HTTP/1.1\r\nHost: [::1]:8080\r\nUser-Agent: z6\r\nAccept: */*\r\nX-User: 5\r\n\r\n",
  );
  expect(() => messages.http2Of(0)).toThrow(BugError);
  messages.render(0, 5, 6, 0, 1, 1);
  expect(sent(messages, 0)).toMatch(/^GET \/base\/6 HTTP\/1.1\r\n.*\r\nx-user: me\r\n\r\n$/s);
  messages.render(0, 5, 6, 0, 1, 0);
  expect(sent(messages, 0)).toMatch(/^GET \/6 HTTP\/1.1\r\nHost: h\r\n/);
  expect(() => messages.render(0, 5, 6, 0, 0, 0)).toThrow(BugError);
});

test.each([
  ["/base/next?a=b&c=%2F#top", "/base/next?a=b&c=%2F&d"],
  ["http://elsewhere/next", "/next&d"],
  ["next", "/next&d"],
  [undefined, "/&d"],
])("a link %j is followed to %j, without the base path", (link, path) => {
  const request = { ...GET, path: { parts: [value(TOKEN, "url"), text("&d")] } };
  for (const isSecret of [false, true]) {
    const scenario = { ...capturing("/", isSecret), requests: [request], targets: [{ ...TARGET, basePath: "/base" }] };
    const live = messagesOf(scenario);
    const replayed = messagesOf(withoutSecrets(scenario), false);
    if (link !== undefined && isSecret) live.keepSecret(0, 0, link);
    for (const messages of [live, replayed]) {
      const told = isSecret ? JSON.stringify(shadow(link ?? "")) : link;
      if (link !== undefined) messages.capture(0, 0, isSecret ? CAPTURED_SECRET : 0, utf8Encode(told!));
      messages.render(0, 0, 0, 0, 0, 0);
    }
    expect(pathOf(live, 0)).toBe(path);
    expect([replayed.hash, replayed.bytes]).toEqual([live.hash, live.bytes]);
    const { fields, values } = live.http2Of(0);
    expect(fields).toContainEqual({ name: ":path", value: null, sensitive: true });
    expect(latin1Decode(values!.bytes, values!.starts[0]!, values!.ends[0])).toBe(path);
  }
});

test("a header with a secret in it is one that nobody may index", () => {
  const parts = [value({ kind: "secret", secret: 0 }, "header"), value({ kind: "user" }, "header")];
  const requests = [
    {
      ...GET,
      headers: [
        ["X-Key", { parts }],
        ["X-User", { parts: parts.slice(1) }],
      ] as const,
    },
  ];
  const messages = messagesOf(scenarioOf({ requests, secrets: [secret("KEY", "k")] }));
  messages.render(0, 0, 0, 0, 0, 0);
  const fields = messages.http2Of(0).fields.filter(({ value: known }) => known === null);
  expect(fields).toEqual([
    { name: "x-key", value: null, sensitive: true },
    { name: "x-user", value: null, sensitive: false },
  ]);
});
