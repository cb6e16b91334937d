/**
 * Random messages against a plain model of them: what is sent is the text with its values escaped; what is hashed is the
 * same with shadows for secrets and without base64; a replay, which has shadows only, hashes and counts the same.
 */
import fc from "fast-check";
import { expect, test } from "vitest";
import { scenarioOf, secret, shadow, TARGET, withoutSecrets } from "../../test/support/messages.ts";
import { fnv1a, latin1Decode, utf8Decode, utf8Encode } from "../base/bytes.ts";
import { escaped } from "../base/escape.ts";
import { CAPTURED_SECRET } from "../model/entry.ts";
import type { RequestSpec, Scenario } from "../model/scenario.ts";
import { ESCAPES, type Escape, type Part, type Text, type Value } from "../model/template.ts";
import { HPACK_OK, HpackDecoder } from "../protocol/hpack/decoder.ts";
import { http2Request } from "../protocol/http2/request.ts";
import { RequestBlocks } from "../protocol/http2/request-blocks.ts";
import { UserMessages } from "./user-messages.ts";

const IDENTITY = 3;
const ITERATION = 12;
const PLACE = 1;

const wild = fc.oneof(
  fc.string({ unit: "binary", maxLength: 12 }),
  fc.string({ unit: fc.constantFrom(...'ab1 \r\n\0:"\\%é😀'), maxLength: 12 }),
  fc.constantFrom("true", "12", "a@b.c", " x "),
);

interface Known {
  readonly secret: string;
  readonly plainColumn: string;
  readonly secretColumn: string;
  readonly plainCapture: string;
  readonly secretCapture: string;
}
const known: fc.Arbitrary<Known> = fc.record({
  secret: wild,
  plainColumn: wild,
  secretColumn: wild,
  plainCapture: wild,
  secretCapture: wild,
});

const anyValue: fc.Arbitrary<Value> = fc.oneof(
  fc.constantFrom<Value>(
    { kind: "user" },
    { kind: "iteration" },
    { kind: "secret", secret: 0 },
    { kind: "data", set: 0, column: 0 },
    { kind: "data", set: 0, column: 1 },
    { kind: "variable", variable: 0 },
    { kind: "variable", variable: 1 },
    { kind: "variable", variable: 2 },
  ),
  fc.maxSafeInteger().map((n): Value => ({ kind: "int", min: n, max: n })),
  wild.map((only): Value => ({ kind: "choice", texts: [only] })),
);

/** What a value is; `isSecret` where it goes into no file. */
function found(value: Value, has: Known): { readonly text: string; readonly isSecret: boolean } {
  switch (value.kind) {
    case "user":
      return { text: String(IDENTITY), isSecret: false };
    case "iteration":
      return { text: String(ITERATION), isSecret: false };
    case "int":
      return { text: String(value.min), isSecret: false };
    case "choice":
      return { text: value.texts[0]!, isSecret: false };
    case "secret":
      return { text: has.secret, isSecret: true };
    case "data":
      return value.column === 0
        ? { text: has.plainColumn, isSecret: false }
        : { text: has.secretColumn, isSecret: true };
    case "variable":
      if (value.variable === 0) return { text: has.plainCapture, isSecret: false };
      return value.variable === 1 ? { text: has.secretCapture, isSecret: true } : { text: "", isSecret: false };
    default:
      throw new Error("a value that is drawn");
  }
}

function parts(text: fc.Arbitrary<string>, escapes: readonly Escape[], hasBytes: boolean): fc.Arbitrary<Part[]> {
  const literal = text.map((written): Part => ({ kind: "text", text: written }));
  const bare = anyValue.map((value): Part => ({ kind: "value", value, escape: "none" }));
  const base64 = fc
    .array(fc.oneof(literal, bare), { maxLength: 3 })
    .map((inner): Part => ({ kind: "base64", parts: inner }));
  const value = fc
    .tuple(anyValue, fc.constantFrom(...escapes))
    .map(([what, way]): Part => ({ kind: "value", value: what, escape: way }));
  const bytes = fc.uint8Array({ maxLength: 50 }).map((given): Part => ({ kind: "bytes", bytes: given }));
  return fc.array(fc.oneof(literal, value, ...(hasBytes ? [bytes, base64] : [])), { maxLength: 5 });
}

const slash: Part = { kind: "text", text: "/" };
const link = anyValue
  .filter(({ kind }) => kind === "secret" || kind === "data" || kind === "variable")
  .map((value): Part => ({ kind: "value", value, escape: "url" }));
const targetText = fc.stringMatching(/^[!-~]{0,10}$/);
const headerText = fc.stringMatching(/^[ -~é]{0,10}$/);

const request: fc.Arbitrary<RequestSpec> = fc.record({
  name: fc.constant("r"),
  method: fc.constantFrom("GET", "POST", "HEAD"),
  path: fc
    .tuple(fc.oneof(fc.constant(slash), link), parts(targetText, ["uri", "form"], false))
    .map(([first, path]): Text => ({ parts: [first, ...path] })),
  headers: fc
    .array(
      fc.oneof(
        headerText.map((text): Text => text),
        parts(headerText, ["header"], false).map((given): Text => ({ parts: given })),
        fc.constant<Text>({
          parts: [{ kind: "base64", parts: [{ kind: "value", value: { kind: "secret", secret: 0 }, escape: "none" }] }],
        }),
      ),
      { maxLength: 4 },
    )
    .map((values) => values.map((text, i) => [["Authorization", "X-A", "Accept", "X-B"][i]!, text] as const)),
  body: fc.option(
    fc.oneof(
      parts(
        wild,
        ESCAPES.filter((way) => way !== "url"),
        true,
      ),
      fc.uint8Array({ maxLength: 20 }),
    ),
    { nil: null },
  ),
  timeoutNs: fc.constant(1),
  weight: fc.constant(1),
  target: fc.constant(null),
  onFailure: fc.constant(null),
});

/** Bytes, a character each. */
function bytes(text: string): string {
  return latin1Decode(utf8Encode(text));
}

function written(text: readonly Part[], has: Known, isHashed: boolean): string {
  return text
    .map((part) => {
      if (part.kind === "text") return bytes(part.text);
      if (part.kind === "bytes") return latin1Decode(part.bytes);
      if (part.kind === "base64") {
        const inner = written(part.parts, has, isHashed);
        return isHashed ? inner : Buffer.from(inner, "latin1").toString("base64");
      }
      const value = found(part.value, has);
      return isHashed && value.isSecret
        ? `sha256:${shadow(value.text).sha256}`
        : bytes(escaped(value.text, part.escape));
    })
    .join("");
}

function partsOf(text: Text): readonly Part[] {
  return typeof text === "string" ? [{ kind: "text", text }] : text.parts;
}

function bodyOf({ body }: RequestSpec, has: Known, isHashed: boolean): string | null {
  if (body === null) return null;
  return body instanceof Uint8Array ? latin1Decode(body) : written(body, has, isHashed);
}

function model(spec: RequestSpec, has: Known, isHashed: boolean): string {
  const { method, path, headers } = spec;
  const body = bodyOf(spec, has, isHashed);
  const length = bodyOf(spec, has, false)?.length ?? (method === "POST" ? 0 : null);
  const lines = [
    `${method} ${written(partsOf(path), has, isHashed)} HTTP/1.1`,
    "Host: h",
    "User-Agent: z6",
    ...(headers.some(([name]) => name === "Accept") ? [] : ["Accept: */*"]),
    ...(length === null ? [] : [`Content-Length: ${length}`]),
    ...headers.map(([name, text]) => `${name}: ${written(partsOf(text), has, isHashed)}`),
  ];
  return `${lines.join("\r\n")}\r\n\r\n${body ?? ""}`;
}

function scenarioFor(spec: RequestSpec, has: Known): Scenario {
  // A value that is drawn in front makes each request one that is rendered.
  return scenarioOf({
    requests: [spec],
    targets: [TARGET],
    secrets: [secret("KEY", has.secret)],
    data: [
      {
        name: "users",
        pick: "by_user",
        rows: 1,
        columns: [
          { name: "plain", secret: false, values: [has.plainColumn] },
          { name: "hidden", secret: true, values: [has.secretColumn], shadows: [shadow(has.secretColumn)] },
        ],
      },
    ],
    variables: ["plain", "hidden", "never"],
    captures: [
      { request: 0, variable: 0, finder: { kind: "header", name: "a" }, secret: false, rule: 0 },
      { request: 0, variable: 1, finder: { kind: "header", name: "b" }, secret: true, rule: 1 },
    ],
  });
}

function captured(messages: UserMessages, has: Known): void {
  messages.capture(PLACE, 0, 0, utf8Encode(has.plainCapture));
  messages.capture(PLACE, 1, CAPTURED_SECRET, utf8Encode(JSON.stringify(shadow(has.secretCapture))));
}

/** The request with something in its path that makes it one that is rendered for each sending. */
function varied(spec: RequestSpec): RequestSpec {
  const user: Part = { kind: "value", value: { kind: "user" }, escape: "uri" };
  return { ...spec, path: { parts: [...partsOf(spec.path), user] } };
}

test("a message is what the scenario says, live and in a replay", () => {
  fc.assert(
    fc.property(fc.array(request, { minLength: 1, maxLength: 3 }), known, (specs, has) => {
      for (const given of specs) {
        const spec = varied(given);
        const scenario = scenarioFor(spec, has);
        const live = new UserMessages({ scenario, seed: "1", places: 2, sends: true });
        const replayed = new UserMessages({ scenario: withoutSecrets(scenario), seed: "1", places: 2, sends: false });
        live.keepSecret(PLACE, 1, has.secretCapture);
        // Twice: the second rendering begins with the first one's guess of Content-Length.
        for (const messages of [live, replayed]) {
          captured(messages, has);
          for (let i = 0; i < 2; i++) messages.render(PLACE, IDENTITY, ITERATION, i, 0, 0);
        }
        const sent = model(spec, has, false);
        const hashed = Uint8Array.from(model(spec, has, true), (character) => character.charCodeAt(0));
        expect(latin1Decode(live.bufferOf(PLACE), 0, live.lengthOf(PLACE))).toBe(sent);
        expect(live.headLengthOf(PLACE)).toBe(sent.indexOf("\r\n\r\n") + 4);
        expect([live.hash, live.bytes]).toEqual([fnv1a(hashed), sent.length]);
        expect([replayed.hash, replayed.bytes]).toEqual([live.hash, live.bytes]);
        expectHttp2(live, spec, has);
      }
    }),
    { numRuns: 400 },
  );
});

function expectHttp2(messages: UserMessages, spec: RequestSpec, has: Known): void {
  const whole = (text: Text): string => utf8Decode(Buffer.from(written(partsOf(text), has, false), "latin1"));
  const body = bodyOf(spec, has, false);
  const expected = http2Request(
    {
      method: spec.method,
      host: "h",
      path: whole(spec.path),
      headers: spec.headers.map(([name, text]) => [name, typeof text === "string" ? text : trimmed(whole(text))]),
      body: body === null ? null : Buffer.from(body, "latin1"),
    },
    false,
  );
  const blocks = new RequestBlocks();
  const decoder = new HpackDecoder(4_096, 1_000_000);
  for (let i = 0; i < 2; i++) {
    const sent = messages.http2Of(PLACE);
    const block = blocks.blockOf(0, sent);
    const fields: string[] = [];
    expect(decoder.decode(block, 0, block.length, (name, value) => fields.push(`${name}: ${value}`))).toBe(HPACK_OK);
    expect(fields).toEqual(expected.fields.map(({ name, value }) => `${name}: ${value}`));
    expect(sent.body === null ? null : latin1Decode(sent.body)).toBe(body === "" ? null : body);
    expect(sent.toHead).toBe(spec.method === "HEAD");
  }
}

function trimmed(text: string): string {
  return text.replace(/^ +| +$/g, "");
}
