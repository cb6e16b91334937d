import { describe, expect, test } from "vitest";
import { GET, scenarioOf, secret, shadow, TARGET, text, value, withoutSecrets } from "../../test/support/messages.ts";
import { fnv1a, utf8Decode, utf8Encode } from "../base/bytes.ts";
import type { Escape } from "../model/template.ts";
import { planFor } from "./run-plan.ts";

const KEY = (way: Escape) => value({ kind: "secret", secret: 0 }, way);

/** All that a request may hold a secret in. */
const SCENARIO = scenarioOf({
  targets: [TARGET, { ...TARGET, name: "b", httpVersion: "http1.1" }],
  secrets: [secret("KEY", 'k "1"')],
  requests: [
    { ...GET, path: "/plain", headers: [["A", "b"]] },
    {
      ...GET,
      method: "POST",
      path: { parts: [text("/?k="), KEY("form")] },
      headers: [
        ["X-Key", { parts: [KEY("header")] }],
        ["Authorization", { parts: [text("Basic "), { kind: "base64", parts: [text("me:"), KEY("none")] }] }],
      ],
      body: [text('{"k":"'), KEY("json_text"), text('"}')],
    },
    { ...GET, path: { parts: [text("/"), value({ kind: "user" }, "uri")] } },
    { ...GET, method: "POST", body: [{ kind: "bytes", bytes: Uint8Array.of(0, 255) }, text("é")] },
  ],
});

const SENT =
  'POST /?k=k+%221%22 HTTP/1.1\r\nHost: h\r\nUser-Agent: z6\r\nAccept: */*\r\nContent-Length: 15\r\nX-Key: k "1"\r\n' +
  'Authorization: Basic bWU6ayAiMSI=\r\n\r\n{"k":"k \\"1\\""}';
const STAND = `sha256:${shadow('k "1"').sha256}`;
const HASHED =
  `POST /?k=${STAND} HTTP/1.1\r\nHost: h\r\nUser-Agent: z6\r\nAccept: */*\r\nContent-Length: 15\r\nX-Key: ${STAND}\r\n` +
  `Authorization: Basic me:${STAND}\r\n\r\n{"k":"${STAND}"}`;

describe("planFor", () => {
  const plan = planFor(SCENARIO);

  test("renders what is the same in each sending, secrets included, and leaves the rest to the shard", () => {
    expect([...plan.rendered.dynamic]).toEqual([0, 0, 0, 0, 1, 1, 0, 0]);
    const plain = "GET /plain HTTP/1.1\r\nHost: h\r\nUser-Agent: z6\r\nAccept: */*\r\nA: b\r\n\r\n";
    expect(plan.requestBytes.map((bytes) => utf8Decode(bytes)).slice(0, 6)).toEqual([plain, plain, SENT, SENT, "", ""]);
    expect(plan.requestBytes[6]!.subarray(-4)).toEqual(Uint8Array.of(0, 255, 0xc3, 0xa9));
    expect([...plan.rendered.bytes]).toEqual(plan.requestBytes.map((bytes) => bytes.length));
  });

  test("hashes a shadow for each secret, and before base64", () => {
    expect(plan.rendered.hash[2]).toBe(fnv1a(utf8Encode(HASHED)));
    expect(plan.rendered.hash[0]).toBe(fnv1a(plan.requestBytes[0]!));
    expect(plan.rendered.hash[6]).toBe(fnv1a(plan.requestBytes[6]!));
  });

  test("gives a replay, which has shadows only, the same hashes and lengths, and nothing to send", () => {
    const replayed = planFor(withoutSecrets(SCENARIO));
    expect(replayed.rendered).toEqual(plan.rendered);
    expect(replayed.requestBytes[2]).toHaveLength(0);
    expect(replayed.http2Requests[2]).toBeUndefined();
    expect(replayed.requestBytes[0]).toEqual(plan.requestBytes[0]);
  });

  test("has requests for HTTP/2 where it may be spoken; secrets are for no table", () => {
    expect(plan.http2Requests.map((request) => request !== undefined)).toEqual([
      true,
      false,
      true,
      false,
      false,
      false,
      true,
      false,
    ]);
    const { fields, body, values } = plan.http2Requests[2]!;
    expect(values).toBeNull();
    expect(utf8Decode(body!)).toBe('{"k":"k \\"1\\""}');
    expect(
      fields.map((field) => `${field.name}: ${field.value}${field.sensitive === true ? " (secret)" : ""}`),
    ).toEqual([
      ":method: POST",
      ":scheme: http",
      ":authority: h",
      ":path: /?k=k+%221%22 (secret)",
      "user-agent: z6",
      "accept: */*",
      "content-length: 15",
      'x-key: k "1" (secret)',
      "authorization: Basic bWU6ayAiMSI= (secret)",
    ]);
  });
});
