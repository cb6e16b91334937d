/** Tables of single rules, each named after the section that makes it. */
import { describe, expect, test } from "vitest";
import { failureKind } from "../../model/failure.ts";
import { ResponseHead } from "./response-head.ts";

type Fields = readonly (readonly [name: string, value: string])[];

function read(fields: Fields, isTrailer = false) {
  const head = new ResponseHead();
  // What a list before this one left behind must not matter.
  head.begin(true);
  head.visit("X", "");
  head.begin(isTrailer);
  for (const [name, value] of fields) head.visit(name, value);
  head.end();
  return { status: head.status, contentLength: head.contentLength, failure: failureKind(head.failure) };
}

const OK = [":status", "200"] as const;

describe("ResponseHead reads", () => {
  const rows: readonly [name: string, fields: Fields, status: number, contentLength: number][] = [
    ["9113 8.3.2 a status", [OK], 200, -1],
    ["an interim status", [[":status", "103"]], 103, -1],
    ["9110 15 a status that nobody has defined", [[":status", "999"]], 999, -1],
    ["9110 8.6 a length", [OK, ["content-length", "15"]], 200, 15],
    ["a length of nothing", [OK, ["content-length", "0"]], 200, 0],
    ["a length with leading zeros", [OK, ["content-length", "007"]], 200, 7],
    ["9110 8.6 the same length twice", [OK, ["content-length", "15"], ["content-length", "15"]], 200, 15],
    ["the largest length that can be counted", [OK, ["content-length", "999999999999999"]], 200, 999999999999999],
    ["any other field, with any bytes from 0x20 on", [OK, ["x-~!#$%&'*+-.^_`|", "caf\xe9 \x80\xff\t;"]], 200, -1],
    ["an empty value", [OK, ["x", ""]], 200, -1],
    ["white space around a value, as other clients do", [OK, ["x", " y\t"]], 200, -1],
    ["a field that many servers send twice", [OK, ["set-cookie", "a=1"], ["set-cookie", "b=2"]], 200, -1],
    ["a name that is only like that of a connection", [OK, ["connection-id", "1"]], 200, -1],
  ];
  test.each(rows)("%s", (_name, fields, status, contentLength) => {
    expect(read(fields)).toEqual({ status, contentLength, failure: undefined });
  });

  test("9113 8.1 trailers, which have no status and whose length says nothing", () => {
    const fields = [
      ["grpc-status", "0"],
      ["content-length", "nonsense"],
    ] as const;
    expect(read(fields, true)).toEqual({ status: 0, contentLength: -1, failure: undefined });
    expect(read([], true).failure).toBeUndefined();
  });
});

describe("ResponseHead refuses as no response", () => {
  const rows: readonly [name: string, fields: Fields][] = [
    ["9113 8.3.2 no status", [["server", "x"]]],
    ["nothing at all", []],
    ["an empty status", [[":status", ""]]],
    ["a status of two digits", [[":status", "20"]]],
    ["a status of four digits", [[":status", "2000"]]],
    ["a status below 100", [[":status", "099"]]],
    ["a status with a reason", [[":status", "200 OK"]]],
    ["a status with white space", [[":status", " 200"]]],
    ["a status that is no number", [[":status", "2x0"]]],
  ];
  test.each(rows)("%s", (_name, fields) => {
    expect(read(fields).failure).toBe("invalid_response");
  });
});

describe("ResponseHead refuses as malformed", () => {
  const rows: readonly [name: string, fields: Fields, isTrailer?: boolean][] = [
    ["9113 8.3.2 a second status", [OK, OK]],
    ["9113 8.3 a status behind other fields", [["server", "x"], OK]],
    ["9113 8.3.1 a pseudo-field of requests", [OK, [":path", "/"]]],
    ["9113 8.3 a pseudo-field that nobody has defined", [OK, [":foo", "x"]]],
    ["9113 8.3 a pseudo-field without a name", [OK, [":", "x"]]],
    ["9113 8.3 a pseudo-field in upper case", [[":STATUS", "200"]]],
    ["9113 8.1 a status in trailers", [OK], true],
    ["9113 8.2.1 an empty name", [OK, ["", "x"]]],
    ["9113 8.2.1 a name in upper case", [OK, ["Server", "x"]]],
    ["9113 8.2.1 a name that ends in upper case", [OK, ["serveR", "x"]]],
    ["9113 8.2.1 a space in a name", [OK, ["a b", "x"]]],
    ["9113 8.2.1 a control character in a name", [OK, ["a\x1f", "x"]]],
    ["9113 8.2.1 NUL in a name", [OK, ["a\0", "x"]]],
    ["9113 8.2.1 DEL in a name", [OK, ["a\x7f", "x"]]],
    ["9113 8.2.1 a byte beyond ASCII in a name", [OK, ["\xe9", "x"]]],
    ["9113 8.2.1 a colon within a name", [OK, ["a:b", "x"]]],
    ["9113 8.2.1 NUL in a value", [OK, ["x", "a\0b"]]],
    ["9113 8.2.1 CR in a value", [OK, ["x", "a\rb"]]],
    ["9113 8.2.1 LF in a value", [OK, ["x", "\n"]]],
    ["9113 8.2.2 connection", [OK, ["connection", "close"]]],
    ["9113 8.2.2 keep-alive", [OK, ["keep-alive", "timeout=5"]]],
    ["9113 8.2.2 proxy-connection", [OK, ["proxy-connection", "close"]]],
    ["9113 8.2.2 transfer-encoding", [OK, ["transfer-encoding", "chunked"]]],
    ["9113 8.2.2 upgrade", [OK, ["upgrade", "h2c"]]],
    ["9113 8.2.2 connection in trailers", [["connection", "close"]], true],
    ["9113 8.2.1 a name in upper case in trailers", [["X", "close"]], true],
    ["9110 8.6 two lengths that differ", [OK, ["content-length", "1"], ["content-length", "2"]]],
    ["a list of lengths", [OK, ["content-length", "1, 1"]]],
    ["a length with a sign", [OK, ["content-length", "+1"]]],
    ["a negative length", [OK, ["content-length", "-1"]]],
    ["a length with white space", [OK, ["content-length", "1 "]]],
    ["an empty length", [OK, ["content-length", ""]]],
    ["a length that is too large to be counted", [OK, ["content-length", "1000000000000000"]]],
  ];
  test.each(rows)("%s", (_name, fields, isTrailer) => {
    expect(read(fields, isTrailer).failure).toBe("protocol_violation");
  });

  test("the first of several faults", () => {
    expect(
      read([
        [":status", "x"],
        ["", ""],
      ]).failure,
    ).toBe("invalid_response");
    expect(
      read([
        ["", ""],
        [":status", "x"],
      ]).failure,
    ).toBe("protocol_violation");
  });
});
