/** Templates, bodies and auth of a scenario: what they are loaded as, and everything that may be wrong with them. */
import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { shadowOf } from "../base/escape.ts";
import type { DataTable } from "../model/data.ts";
import type { RequestSpec, Scenario } from "../model/scenario.ts";
import type { Part, Text } from "../model/template.ts";
import { loadScenario } from "./load.ts";
import type { ValueSource } from "./value-source.ts";

const sha256 = (...parts: readonly Uint8Array[]) => {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return new Uint8Array(hash.digest());
};

const USERS: DataTable = {
  columns: ["id", "email", "first name", "note"],
  rows: [
    ["1", "a@example.com", "A", undefined],
    ["2", "b@example.com", "B", "x"],
  ],
  nameOf: (row) => `line ${row + 2}`,
};
const LIVE: ValueSource = {
  kind: "live",
  readData: (path) => (path === "users.csv" ? USERS : "no such file"),
  env: (name) => (name === "API_KEY" ? "top secret" : name === "EMPTY" ? "" : undefined),
  hide: sha256,
};
const FILES: Readonly<Record<string, Uint8Array>> = {
  "a.png": Uint8Array.of(0, 255, 13, 10),
  "dir/b.bin": Uint8Array.of(1),
};

const HEAD = `[runtime]
duration_seconds = 1
[target]
base_url = "http://h"
[data.users]
file = "users.csv"
secret = ["email"]
`;
/** Lines before the ones that a test adds. */
const REQUEST = `${HEAD}[[requests]]
name = "r"
`;

function load(text: string, values: ValueSource = LIVE) {
  return loadScenario(text, { path: "x.toml", readFile: (path) => FILES[path] ?? "no such file", values });
}

function scenarioOf(text: string): Scenario {
  const loaded = load(text);
  if ("problems" in loaded) throw new Error(JSON.stringify(loaded.problems));
  return loaded.scenario;
}

/** The request whose keys are `added`; with a path unless there is one. */
function requestOf(added: string): RequestSpec {
  return scenarioOf(`${REQUEST}${/^path/m.test(added) ? "" : 'path = "/"\n'}${added}\n`).requests[0]!;
}

/** Parts in short: text as it is, values as [kind escape]. */
function short(parts: readonly Part[]): string {
  return parts.map(shortPart).join("");
}
function shortPart(part: Part): string {
  switch (part.kind) {
    case "text":
      return part.text;
    case "bytes":
      return `<${part.bytes.length} bytes>`;
    case "value":
      return `[${Object.values(part.value).join(" ")} ${part.escape}]`;
    case "base64":
      return `base64(${short(part.parts)})`;
  }
}
const shortText = (text: Text) => (typeof text === "string" ? text : `T:${short(text.parts)}`);
const shortBody = (body: RequestSpec["body"]) =>
  body === null ? null : body instanceof Uint8Array ? new TextDecoder().decode(body) : `T:${short(body)}`;

/** Problems, one a line, as "line:column+length message | hint"; lines count from the request's name. */
function problemsOf(added: string, head = REQUEST): string[] {
  const loaded = load(`${head}${added}\n`);
  if (!("problems" in loaded)) return [];
  const lines = head.split("\n").length - 1;
  return loaded.problems.map(
    ({ line, column, length, message, hint }) => `${line - lines}:${column}+${length} ${message} | ${hint}`,
  );
}

describe("expressions", () => {
  test.each([
    ["{{user}}", { kind: "user" }],
    ["{{ iteration }}", { kind: "iteration" }],
    ["{{uuid}}", { kind: "uuid" }],
    ["{{int(-5, 100)}}", { kind: "int", min: -5, max: 100 }],
    ["{{int(7, 7)}}", { kind: "int", min: 7, max: 7 }],
    ["{{int(-0, 0)}}", { kind: "int", min: 0, max: 0 }],
    ['{{choice("a", 2)}}', { kind: "choice", texts: ["a", "2"] }],
    ["{{string(1)}}", { kind: "string", length: 1 }],
    ["{{string(1024)}}", { kind: "string", length: 1024 }],
    ["{{env.API_KEY}}", { kind: "secret", secret: 0 }],
    ["{{users.email}}", { kind: "data", set: 0, column: 0 }],
    ['{{users."first name"}}', { kind: "data", set: 0, column: 0 }],
  ])("%s", (expression, value) => {
    expect(requestOf(`path = '/${expression}'`).path).toEqual({
      parts: [
        { kind: "text", text: "/" },
        { kind: "value", value, escape: "uri" },
      ],
    });
  });

  test("a captured value", () => {
    const text = `${REQUEST}path = "/"
capture = { token = { json = "/token" }, other = { header = "X" } }
[[requests]]
name = "s"
path = "/{{other}}/{{token}}/{{other}}"
[sequence]
steps = [{ request = "r" }, { request = "s" }]
`;
    expect(shortText(scenarioOf(text).requests[1]!.path)).toBe("T:/[variable 1 uri]/[variable 0 uri]/[variable 1 uri]");
  });

  test("a link, captured or of data, where a path begins", () => {
    const text = `${REQUEST}path = "/"
capture = { url = { header = "Location" } }
[[requests]]
name = "s"
path = "{{url(url)}}&page={{url}}"
[[requests]]
name = "t"
path = '{{ url ( users."first name" ) }}'
[sequence]
steps = [{ request = "r" }, { request = "s" }, { request = "t" }]
`;
    const { requests } = scenarioOf(text);
    expect(requests.slice(1).map(({ path }) => shortText(path))).toEqual([
      "T:[variable 0 url]&page=[variable 0 uri]",
      "T:[data 0 0 url]",
    ]);
  });

  test("a literal", () => {
    expect(requestOf(`path = '/{{"{{"}}user}}{{ "x" }}'`).path).toBe("/{{user}}x");
    expect(shortBody(requestOf(`body = '{{"{{"}}'`).body)).toBe("{{");
  });

  test("only what is used is kept, in the order of its use", () => {
    const path = "/{{users.id}}/{{env.EMPTY}}/{{users.email}}/{{users.id}}/{{env.API_KEY}}/{{env.EMPTY}}";
    const { requests, data, secrets } = scenarioOf(`${REQUEST}path = "${path}"\n`);
    expect(shortText(requests[0]!.path)).toBe(
      "T:/[data 0 0 uri]/[secret 0 uri]/[data 0 1 uri]/[data 0 0 uri]/[secret 1 uri]/[secret 0 uri]",
    );
    expect(secrets).toEqual([
      { name: "EMPTY", value: "", shadow: shadowOf("", sha256) },
      { name: "API_KEY", value: "top secret", shadow: shadowOf("top secret", sha256) },
    ]);
    const emails = ["a@example.com", "b@example.com"];
    expect(data).toEqual([
      {
        name: "users",
        pick: "by_user",
        rows: 2,
        columns: [
          { name: "id", secret: false, values: ["1", "2"] },
          { name: "email", secret: true, values: emails, shadows: emails.map((each) => shadowOf(each, sha256)) },
        ],
      },
    ]);
  });
});

describe("each place has its escape", () => {
  test("headers, of requests and targets", () => {
    const text = `${HEAD.replace('"http://h"', '"http://h"\nheaders = { A = " {{user}} " }\ncookies = true')}
[[requests]]
name = "r"
path = "/"
headers = { B = " b {{uuid}} c ", C = " c " }
`;
    const { targets, requests } = scenarioOf(text);
    expect(targets[0]!.cookies).toBe(true);
    expect(targets[0]!.headers.map(([name, value]) => [name, shortText(value)])).toEqual([["A", "T:[user header]"]]);
    expect(requests[0]!.headers.map(([name, value]) => [name, shortText(value)])).toEqual([
      ["B", "T:b [uuid header] c"],
      ["C", "c"],
    ]);
  });

  const json = "headers = { Content-Type = 'application/json' }\n";
  test.each([
    ["body = 'plain {{user}}'", "T:plain [user none]"],
    [`body = '{"a": {{user}}, "b": "x {{uuid}}"}'`, 'T:{"a": [user json_value], "b": "x [uuid json_text]"}'],
    [
      `body = ' [{{user}}, "\\"{{user}}", "\\\\", {{user}}]'`,
      'T: [[user json_value], "\\"[user json_text]", "\\\\", [user json_value]]',
    ],
    [`body = '{"{{uuid}}": -{{user}}.5e{{user}}}'`, 'T:{"[uuid json_text]": -[user json_value].5e[user json_value]}'],
    [`body = '[1{{user}}, {{user}}{{user}}]'`, "T:[1[user json_value], [user json_value][user json_value]]"],
    [`body = '{ {{uuid}}: {{user}} }'`, "T:{ [uuid json_value]: [user json_value] }"],
    [`body = '{ {{choice(1, "a")}}: 1{{choice("a", 1)}} }'`, "T:{ [choice 1,a json_value]: 1[choice a,1 json_value] }"],
    [`body = '[{{users.id}}{{users.id}}]'`, "T:[[data 0 0 json_value][data 0 0 json_value]]"],
    [`${json}body = '{{user}}'`, "T:[user json_value]"],
    ["headers = { content-type = 'application/x-ndjson' }\nbody = '{{user}}\\n[1]'", "T:[user json_value]\\n[1]"],
    ["headers = { Content-Type = 'Application/X-WWW-form-urlencoded; x=y' }\nbody = 'a={{uuid}}'", "T:a=[uuid form]"],
    ["headers = { Content-Type = 'text/plain' }\nbody = '{ {{user}}'", "T:{ [user none]"],
    [`${json}body = 'not json'`, "not json"],
    ["body_file = 'dir/b.bin'", "\u0001"],
    ["form = { 'a b' = '1&2', c = '{{user}} é' }", "T:a+b=1%262&c=[user form]+%C3%A9"],
    ["form = { a = '1' }", "a=1"],
  ])("%s", (added, body) => {
    expect(shortBody(requestOf(added).body)).toBe(body);
  });

  test("the target's Content-Type counts where the request has none", () => {
    const text = `${HEAD.replace('"http://h"', '"http://h"\nheaders = { Content-Type = "application/json" }')}
[[requests]]
name = "r"
path = "/"
body = "{{user}}"
[[requests]]
name = "s"
path = "/"
headers = { Content-Type = "text/plain" }
body = "{{user}}"
`;
    expect(scenarioOf(text).requests.map(({ body }) => shortBody(body))).toEqual([
      "T:[user json_value]",
      "T:[user none]",
    ]);
  });

  test("a form says that it is one, unless the request says something else", () => {
    expect(requestOf("form = { a = '1' }").headers).toEqual([["Content-Type", "application/x-www-form-urlencoded"]]);
    const own = "form = { a = '1' }\nheaders = { content-type = 'application/x-www-form-urlencoded; charset=utf-8' }";
    expect(requestOf(own).headers).toEqual([["content-type", "application/x-www-form-urlencoded; charset=utf-8"]]);
  });
});

describe("multipart", () => {
  const added = `[requests.multipart]
note = "hello"
'a "q"' = { file = "a.png", content_type = "image/png" }
b = { file = "dir/b.bin", filename = "x.bin" }
`;

  test("texts and files become one body of bytes that a browser's parser understands", async () => {
    const { body, headers } = requestOf(added);
    const type = headers[0]![1] as string;
    expect(type).toMatch(/^multipart\/form-data; boundary=z6-part-[0-9a-f]{8}$/);
    const parsed = await new Response(body as Uint8Array<ArrayBuffer>, {
      headers: { "content-type": type },
    }).formData();
    expect(parsed.get("note")).toBe("hello");
    const picture = parsed.get('a "q"') as File;
    expect([picture.name, picture.type]).toEqual(["a.png", "image/png"]);
    expect(new Uint8Array(await picture.arrayBuffer())).toEqual(FILES["a.png"]);
    const other = parsed.get("b") as File;
    expect([other.name, other.type]).toEqual(["x.bin", "application/octet-stream"]);
    expect(requestOf(added)).toEqual(requestOf(added));
  });

  test("values make it parts", () => {
    const { body, headers } = requestOf('multipart = { a = "x{{user}}", b = { file = "a.png" } }');
    const boundary = (headers[0]![1] as string).replace("multipart/form-data; boundary=", "");
    expect(shortBody(body)).toBe(
      [
        `T:--${boundary}`,
        'Content-Disposition: form-data; name="a"',
        "",
        "x[user none]",
        `--${boundary}`,
        'Content-Disposition: form-data; name="b"; filename="a.png"',
        "Content-Type: application/octet-stream",
        "",
        "<4 bytes>",
        `--${boundary}--`,
        "",
      ].join("\r\n"),
    );
  });

  test("parts that are too long together are refused where they are", () => {
    const half = new Uint8Array(32 * 1024 * 1024);
    const text = (note: string): string => `${REQUEST}path = "/"
[requests.multipart]
${note}
a = { file = "half" }
b = { file = "half" }
`;
    const loaded = loadScenario(text("note = '{{user}}'"), { path: "x.toml", readFile: () => half, values: LIVE });
    expect("problems" in loaded && loaded.problems).toMatchObject([
      {
        line: 11,
        column: 11,
        message: expect.stringMatching(/^the parts of `multipart` have 67109\d{3} bytes together$/),
        hint: "expected at most 67108864, as of a single file",
      },
    ]);
    const fits = loadScenario(text(""), { path: "x.toml", readFile: () => half.subarray(1_000), values: LIVE });
    expect(fits).not.toHaveProperty("problems");
  });

  test("the boundary is in no part", () => {
    const { headers } = requestOf('multipart = { a = "x" }');
    const boundary = (headers[0]![1] as string).replace("multipart/form-data; boundary=", "");
    const body = new TextDecoder().decode(requestOf(`multipart = { a = "x", b = "${boundary}" }`).body as Uint8Array);
    expect(body.match(new RegExp(boundary, "g"))).toHaveLength(1);
  });

  test("files are embedded in the ledger", () => {
    const loaded = load(`${REQUEST}path = "/"\n${added}`);
    expect("bodyFiles" in loaded && [...loaded.bodyFiles.keys()]).toEqual(["a.png", "dir/b.bin"]);
  });
});

describe("auth", () => {
  test.each([
    ["auth = { bearer = 'abc' }", "Bearer abc"],
    ["auth = { bearer = '{{env.API_KEY}}' }", "T:Bearer [secret 0 header]"],
    ["auth = { basic = { username = 'Aladdin', password = 'open sesame' } }", "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="],
    ["auth = { basic = { username = 'test', password = '123£' } }", "Basic dGVzdDoxMjPCow=="],
    [
      "auth = { basic = { username = '{{users.id}}', password = 'p{{env.API_KEY}}' } }",
      "T:Basic base64([data 0 0 none]:p[secret 0 none])",
    ],
  ])("%s", (added, value) => {
    const [[name, text]] = requestOf(added).headers as [[string, Text]];
    expect([name, shortText(text)]).toEqual(["Authorization", value]);
  });

  test("of a target", () => {
    const text = HEAD.replace('"http://h"', '"http://h"\nauth.bearer = "abc"');
    expect(scenarioOf(`${text}[[requests]]\nname = "r"\npath = "/"\n`).targets[0]!.headers).toEqual([
      ["Authorization", "Bearer abc"],
    ]);
  });

  test.each([
    ["auth = { }", "3:8+1 [requests.auth] lacks [basic] or `bearer` | "],
    [
      "auth = { bearer = 'a', basic = { username = 'a', password = 'b' } }",
      "3:24+5 `basic` and `bearer` exclude each other | keep one of the two",
    ],
    [
      "auth = { basic = { username = 'a' } }",
      "3:18+1 [requests.auth.basic] lacks `password` | The password; it may hold templates.",
    ],
    [
      "auth = { basic = { username = 'a:b', password = 'c' } }",
      "3:31+5 a user name must not hold a colon | RFC 7617: the colon ends the name",
    ],
    [
      "auth.bearer = 'a'\nheaders = { authorization = 'b' }",
      "4:13+13 `auth` and the header authorization exclude each other | keep one of the two",
    ],
    [
      'auth.bearer = "a\\nb"',
      "3:15+6 the token holds characters that no header may | expected one line of printable characters up to U+00FF",
    ],
  ])("%s is refused", (added, problem) => {
    expect(problemsOf(`path = "/"\n${added}`).map((each) => each.replace(/^\d+/, (line) => String(+line + 1)))).toEqual(
      [problem],
    );
  });
});

describe("what is wrong is shown where it is", () => {
  const literal = 'a literal "{{" is written {{"{{"}}';
  test.each([
    ['path = "/{{user"', `1:10+2 the braces are not closed: "}}" is missing | ${literal}`],
    ['path = "/{{usr}}"', "1:12+3 unknown name `usr` in a template | did you mean `user`?"],
    ['path = "/a\\u0062{{ usr }}"', "1:20+3 unknown name `usr` in a template | did you mean `user`?"],
    [
      "path = '/'\nbody = '''\n{\n  \"a\": {{usr}}\n}'''",
      "4:10+3 unknown name `usr` in a template | did you mean `user`?",
    ],
    [
      'path = "/{{nothing_like_it}}"',
      "1:12+15 unknown name `nothing_like_it` in a template | " +
        "there are: `users`, `user`, `iteration`, `uuid`, `int`, `choice`, `string`, `env`",
    ],
    ['path = "/{{users}}"', "1:12+5 `users` is data: it needs a column | as in {{users.id}}"],
    ['path = "/{{env}}"', "1:12+3 `env` needs the name of a variable | as in {{env.API_KEY}}"],
    [
      'path = "/{{env.API_KEI}}"',
      "1:16+7 the environment variable API_KEI is not set | set it where z6 is started: API_KEI=... z6 run",
    ],
    ['path = "/{{users.emial}}"', '1:18+5 there is no column `emial` in "users.csv" | did you mean `email`?'],
    [
      'path = "/{{users.zzzzzzz}}"',
      '1:18+7 there is no column `zzzzzzz` in "users.csv" | its columns are: `id`, `email`, `first name`, `note`',
    ],
    ['path = "/{{user.id}}"', "1:12+4 `user` has no columns | write {{user}}"],
    ['path = "/{{usrs.id}}"', "1:12+4 there is no data `usrs` | did you mean `users`?"],
    ['path = "/{{rand(1)}}"', "1:12+7 there is no function `rand` | there are: `int`, `choice`, `string`, `url`"],
    ['path = "/{{uuid()}}"', "1:12+6 `uuid` takes no arguments | write {{uuid}}"],
    ['path = "/{{url}}"', "1:12+3 `url` needs a captured value or a column | as in {{url(next)}}"],
    ['path = "/{{url(1)}}"', "1:12+6 `url` needs a captured value or a column | as in {{url(next)}}"],
    ['path = "/{{url(users.id)}}"', "1:12+13 `url` stands only where a `path` begins | put nothing before it"],
    [
      'path = "/"\nbody = "{{url(users.id)}}"',
      "2:11+13 `url` stands only where a `path` begins | elsewhere write the name alone",
    ],
    ['path = "{{url(uuid)}}"', "1:15+4 `uuid` is no link | `url` takes a captured value or a column"],
    ['path = "{{url(nxt)}}"', expect.stringMatching(/^1:15\+3 unknown name `nxt` in a template/)],
    ['path = "{{url(users.id)}} "', expect.stringContaining("must hold no spaces")],
    ['path = "/{{int}}"', "1:12+3 `int` needs a lower and an upper bound | as in {{int(1, 100)}}"],
    ['path = "/{{int(1)}}"', "1:12+6 `int` needs a lower and an upper bound | as in {{int(1, 100)}}"],
    ['path = "/{{int(1, 2, 3)}}"', "1:12+12 `int` needs a lower and an upper bound | as in {{int(1, 100)}}"],
    ['path = "/{{int(9, 1)}}"', "1:16+4 the bounds of `int` are reversed | write {{int(1, 9)}}"],
    [
      'path = "/{{int(1, 9007199254740993)}}"',
      "1:19+16 this is no bound for `int` | " + "expected a whole number from -9007199254740991 to 9007199254740991",
    ],
    [
      "path = '/{{int(1, \"2\")}}'",
      "1:19+3 this is no bound for `int` | " +
        "expected a whole number from -9007199254740991 to 9007199254740991, without quotes",
    ],
    [
      'path = "/{{int(-9007199254740991, 1)}}"',
      "1:16+20 the bounds of `int` are too far apart | expected at most 9007199254740991",
    ],
    ['path = "/{{choice()}}"', '1:12+8 `choice` needs something to choose from | as in {{choice("a", "b")}}'],
    ['path = "/{{choice}}"', '1:12+6 `choice` needs something to choose from | as in {{choice("a", "b")}}'],
    ['path = "/{{string()}}"', "1:12+8 `string` needs a length | as in {{string(12)}}"],
    ['path = "/{{string(0)}}"', "1:19+1 this is no length for `string` | expected a whole number from 1 to 1024"],
    ['path = "/{{string(1025)}}"', "1:19+4 this is no length for `string` | expected a whole number from 1 to 1024"],
    ["path = '/{{string(\"a\")}}'", "1:19+3 this is no length for `string` | expected a whole number from 1 to 1024"],
    [
      'path = "/{{user}}/a b"',
      '1:20+1 `path` must hold no spaces, control characters, "#" or characters beyond ASCII | ' +
        "write them percent-encoded: %20 for a space",
    ],
    [
      "path = '/{{\"a b\"}}'",
      '1:10+9 `path` must hold no spaces, control characters, "#" or characters beyond ASCII | ' +
        "write them percent-encoded: %20 for a space",
    ],
    [
      'path = "/ {{user}}"',
      '1:8+12 `path` must begin with "/" and hold no spaces, control characters, "#" or characters beyond ASCII | ' +
        "Path and query as they are sent, joined to the target's base path; values in templates are percent-encoded, " +
        "{{url(NAME)}} at the beginning is a link.",
    ],
    ['path = "/"\nheaders = { A = "{{usr}}" }', "2:20+3 unknown name `usr` in a template | did you mean `user`?"],
    [
      'path = "/"\nheaders = { A = "{{user}}\\u0000" }',
      "2:17+16 the header A holds characters that no header may | expected one line of printable characters up to U+00FF",
    ],
    [
      "path = '/'\nbody = '{\"a\": {{user}} {{user}}}'",
      "2:9+24 `body` is not JSON, whatever its values are | " +
        "if it is not meant to be JSON, say in the header Content-Type what it is",
    ],
    [
      "path = '/'\nheaders = { Content-Type = 'application/vnd.x+json' }\nbody = 'a {{user}}'",
      "3:9+10 `body` is not JSON, whatever its values are | " +
        "a value is a whole JSON value, or stands within the quotes of a text",
    ],
    ["path = '/'\nform = { a = '{{usr}}' }", "2:17+3 unknown name `usr` in a template | did you mean `user`?"],
    ["path = '/'\nform = { a = 'b' }\nbody = 'c'", "3:1+4 `body` and `form` exclude each other | keep one of the two"],
    [
      "path = '/'\nmultipart = { a = 1 }",
      '2:19+1 "a" must not be a whole number | expected a text in quotes, or a table { file = "./a.png" }',
    ],
    [
      "path = '/'\nmultipart = { a = { file = 'none' } }",
      '2:28+6 cannot read "none": no such file | paths are relative to the scenario file',
    ],
    [
      "path = '/'\nmultipart = { a = 'b' }\nheaders = { content-type = 'x' }",
      "3:13+12 the header content-type is set by [requests.multipart] | remove it: it says where the parts end".replace(
        "content-type is",
        "Content-Type is",
      ),
    ],
  ])("%s", (added, problem) => {
    expect(problemsOf(added)).toEqual([problem]);
  });

  test.each([
    "{{uuid}}{{uuid}}",
    "1{{uuid}}",
    "{{uuid}}{{user}}",
    '{{choice("a", "b")}}{{user}}',
    "-{{int(-9, -1)}}",
    '{ {{user}}: "a" }',
    "{ {{int(1, 9)}}: 1 }",
    "{ {{choice(1, 2)}}: 1 }",
  ])("what cannot be JSON together: %s", (json) => {
    expect(problemsOf(`path = "/"\nbody = '[${json}]'`)).toEqual([
      expect.stringMatching(/^2:9\+\d+ `body` is not JSON, whatever its values are/),
    ]);
  });

  test("all of one text are shown", () => {
    expect(problemsOf('path = "/{{usr}}/{{string(0)}}/{{users.mail}}"')).toHaveLength(3);
  });

  test("a captured value in a target's header", () => {
    const text = `${HEAD.replace('"http://h"', '"http://h"\nheaders = { A = "{{token}}" }')}
[[requests]]
name = "r"
path = "/"
capture = { token = { json = "/t" } }
`;
    expect(problemsOf(text, "")).toEqual([
      "5:20+5 `token` is captured by a request: a target cannot use it | " +
        "put it into the requests that come after the one that captures it",
    ]);
  });

  test("a captured value that cannot be there yet", () => {
    const added = 'path = "/{{token}}"\ncapture = { token = { json = "/t" } }\n[sequence]\nsteps = [{ request = "r" }]';
    expect(problemsOf(added)).toEqual([
      expect.stringMatching(/^1:12\+5 no earlier step of the sequence captures `token`/),
    ]);
  });
});

describe("data", () => {
  const head = '[runtime]\nduration_seconds = 1\n[target]\nbase_url = "http://h"\n[[requests]]\nname = "r"\n';
  const table = (columns: readonly string[], rows: DataTable["rows"]): DataTable => ({
    columns,
    rows,
    nameOf: (row) => `line ${row + 2}`,
  });
  const complaintsOf = (added: string, read: DataTable | string, path = "/{{d.a}}"): string[] => {
    const values: ValueSource = { ...LIVE, readData: () => read };
    const loaded = load(`${head}path = "${path}"\n${added}\n`, values);
    const list = "problems" in loaded ? loaded.problems : loaded.warnings;
    return list.map(({ line, column, message, hint }) => `${line - 7}:${column} ${message} | ${hint}`);
  };
  const good = table(["a", "b"], [["1", "2"]]);

  test.each([
    ['file = "d.csv"', "csv", ","],
    ['file = "d.CSV"\ndelimiter = ";"', "csv", ";"],
    ['file = "d.json"', "json", ","],
    ['file = "d.ndjson"', "ndjson", ","],
    ['file = "d.jsonl"', "ndjson", ","],
    ['file = "d.txt"\nformat = "csv"', "csv", ","],
  ])("%s is read as %s", (added, format, delimiter) => {
    const asked: unknown[] = [];
    const values: ValueSource = {
      ...LIVE,
      readData: (...args) => {
        asked.push(args);
        return good;
      },
    };
    expect(load(`${head}path = "/{{d.a}}"\n[data.d]\n${added}\n`, values)).not.toHaveProperty("problems");
    expect(asked).toEqual([[/"(.*?)"/.exec(added)![1], format, delimiter]]);
  });

  test.each<[string, DataTable | string, string]>([
    [
      '[data.d]\nfile = "d.csv"',
      "line 3: a quote is not closed",
      '2:8 cannot use "d.csv": line 3: a quote is not closed | ' +
        "expected CSV with a header line, in UTF-8; paths are relative to the scenario file",
    ],
    [
      '[data.d]\nfile = "d.json"',
      table([], []),
      '2:8 cannot use "d.json": it is empty | ' +
        "expected an array of objects, in UTF-8; paths are relative to the scenario file",
    ],
    [
      '[data.d]\nfile = "d.csv"',
      table(["a"], []),
      '2:8 cannot use "d.csv": it has a header but no rows | ' +
        "expected CSV with a header line, in UTF-8; paths are relative to the scenario file",
    ],
    [
      '[data.d]\nfile = "d.csv"',
      table(["a", "b", "a"], [["1", "2", "3"]]),
      '2:8 cannot use "d.csv": columns 1 and 3 have the same name | ' +
        "expected CSV with a header line, in UTF-8; paths are relative to the scenario file",
    ],
    [
      '[data.d]\nfile = "d.csv"',
      table(["a", ""], [["1", "2"]]),
      '2:8 cannot use "d.csv": column 2 has no name | ' +
        "expected CSV with a header line, in UTF-8; paths are relative to the scenario file",
    ],
    [
      '[data.d]\nfile = "d.csv"',
      table(
        ["a"],
        Array.from({ length: 2_000_001 }, () => ["1"]),
      ),
      '2:8 cannot use "d.csv": it has more than 2000000 rows | ' +
        "expected CSV with a header line, in UTF-8; paths are relative to the scenario file",
    ],
    [
      '[data.d]\nfile = "d.csv"\nsecret = ["a"]',
      table(
        ["a"],
        Array.from({ length: 1_000_001 }, () => ["1"]),
      ),
      '3:10 "d.csv" has 1000001 secret values in use | ' +
        "expected at most 1000000: use fewer rows or fewer secret columns",
    ],
    [
      '[data.d]\nfile = "d.csv"',
      table(
        ["a"],
        Array.from({ length: 513 }, () => ["x".repeat(128 * 1024)]),
      ),
      "1:7 the data in use has 67240449 characters | " +
        "expected at most 67108864: the ledger holds it, so use fewer rows or shorter values",
    ],
    [
      '[data.d]\nfile = "d.ndjson"',
      table(["b", "a"], [["1", "2"], ["1", "2"], ["3"]]),
      '2:8 "d.ndjson", line 4: `a` is missing | templates use it, so that every row must have it',
    ],
    [
      '[data.d]\nfile = "d.txt"',
      good,
      '2:8 the name of "d.txt" does not say its format | add format = one of "csv", "json", "ndjson"',
    ],
    [
      '[data.d]\nfile = "d.json"\ndelimiter = ";"',
      good,
      '3:1 `delimiter` does not belong to the format "json" | remove it',
    ],
    [
      '[data.d]\nfile = "d.csv"\ndelimiter = ";;"',
      good,
      "3:13 `delimiter` must be one character, and no quote or line end | What separates the fields of a CSV file.",
    ],
    [
      '[data.d]\nfile = "d.csv"\nsecret = ["pass"]',
      good,
      '3:11 there is no column "pass" in "d.csv" | it has 2 columns; the first line of CSV holds their names',
    ],
    [
      '[data.d]\nfile = "d.csv"\nsecret = ["b", "pass"]',
      good,
      '3:16 there is no column "pass" in "d.csv" | the columns of "d.csv" are: `a`, `b`',
    ],
    ["[data.d]", good, "1:2 [data.d] lacks `file` | File with the rows, relative to the scenario file."],
    [
      '[data.d]\nfile = "d.csv"\n[data.env]\nfile = "e.csv"',
      good,
      "3:7 `env` has a meaning in templates already | choose another name",
    ],
    [
      '[data.d]\nfile = "d.csv"\n[data.a-b]\nfile = "e.csv"',
      good,
      '3:7 "a-b" must be a name: at most 64 letters, digits and underscores, the first no digit | ' +
        "Rows of values for templates, each set under a name.",
    ],
    [
      '[data.d]\nfile = "d.csv"\npick = "random"\n[data.e]\nfile = "e.csv"',
      good,
      "4:7 no template uses the data `e` | ",
    ],
  ])("%s", (added, read, complaint) => {
    expect(complaintsOf(added, read)).toEqual([complaint]);
  });

  test.each(["ann,hunter2", "ann@example.com,2024-01-01"])(
    "the first row of a file without a header is not shown: %s",
    (row) => {
      const headerless = table(row.split(","), [["bob", "secret"]]);
      const secret = row.includes("@") ? "" : '\nsecret = ["password"]';
      for (const path of ["/{{d.email}}", "/{{d}}", `/{{d.${row.slice(0, 2)}x}}`, "/{{d.hunter}}"]) {
        const complaints = complaintsOf(`[data.d]\nfile = "d.csv"${secret}`, headerless, path);
        expect(complaints.length).toBeGreaterThan(0);
        for (const value of row.split(",")) expect(complaints.join()).not.toContain(value);
      }
    },
  );

  test("a file that was refused brings no problems with its columns", () => {
    expect(complaintsOf('[data.d]\nfile = "d.csv"', "no such file", "/{{d.x}}/{{d.y}}")).toHaveLength(1);
  });

  test("sets without use are not kept, and the others count in the order of their use", () => {
    const text = `${head}path = "/{{z.a}}/{{y.b}}"
[data.x]
file = "x.csv"
[data.y]
file = "y.csv"
pick = "unique"
[data.z]
file = "z.csv"
pick = "random"
`;
    const loaded = load(text, { ...LIVE, readData: () => good });
    if ("problems" in loaded) throw new Error("refused");
    expect(loaded.scenario.data).toEqual([
      { name: "z", pick: "random", rows: 1, columns: [{ name: "a", secret: false, values: ["1"] }] },
      { name: "y", pick: "unique", rows: 1, columns: [{ name: "b", secret: false, values: ["2"] }] },
    ]);
    expect(shortText(loaded.scenario.requests[0]!.path)).toBe("T:/[data 0 0 uri]/[data 1 0 uri]");
  });

  test("without a source of values, data and variables are problems and nothing else", () => {
    const text = `${head}path = "/{{d.a}}/{{env.X}}"\n[data.d]\nfile = "d.csv"\n`;
    const loaded = loadScenario(text, { path: "x.toml", readFile: () => "none" });
    expect("problems" in loaded && loaded.problems.map((each) => each.message)).toEqual([
      "the environment variable X is not set",
      "the data of `d` is not at hand",
    ]);
  });
});
