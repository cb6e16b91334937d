/**
 * What a session says of its requests. Each exchange is heard whole and in small pieces, and must end the same. Windows
 * and header blocks have files of their own, as have peers that mean harm.
 */
import { describe, expect, test } from "vitest";
import { Conversation, GET, request } from "../../../test/support/http2-conversation.ts";
import {
  data,
  fieldBlock,
  frame,
  goaway,
  head,
  headers,
  indexedField,
  insertedField,
  ping,
  rstStream,
  SETTINGS_ACK,
  settings,
} from "../../../test/support/http2-frames.ts";
import { BugError } from "../../base/assert.ts";
import { concatBytes, latin1Decode } from "../../base/bytes.ts";
import { BODY_BYTES_MAX, INTERIM_RESPONSES_MAX } from "../../base/limits.ts";
import { FAILURE_CODES } from "../../model/failure.ts";
import { Http2ClientSession } from "./client-session.ts";
import {
  CLIENT_PREFACE,
  FLAG_ACK,
  FLAG_END_STREAM,
  FLAG_PADDED,
  FRAME_DATA,
  FRAME_PRIORITY,
  STREAM_ID_MAX,
} from "./frame.ts";
import type { Http2Request } from "./request.ts";

const POST = request("POST", { body: "hello" });
const HEAD = request("HEAD");
/** The most that one call puts into a frame buffer, in words of `sent`: no DATA at all. */
const NO_DATA = 0;

/** A request with tag 7 on stream 1: what is heard of it, what is reported, and what is sent behind the request. */
type Exchange = [
  name: string,
  request: Http2Request,
  heard: readonly Uint8Array[],
  outcome: string,
  sent?: readonly string[],
];

function exchange(what: Http2Request, heard: readonly Uint8Array[], stepBytes: number) {
  const peer = new Conversation();
  peer.open(what, 7);
  peer.sent();
  const bytes = concatBytes(heard);
  for (let at = 0; at < bytes.length; at += stepBytes) peer.hear(bytes.subarray(at, at + stepBytes));
  const outcomes = peer.outcomes().filter((outcome) => outcome !== "began 7");
  return { outcomes, sent: peer.sent(), bytesIn: peer.bytesIn.get(7), loss: peer.loss, count: peer.session.count };
}

function expectExchange(
  what: Http2Request,
  heard: readonly Uint8Array[],
  outcome: string,
  sent: readonly string[] = [],
): void {
  for (const stepBytes of [Number.MAX_SAFE_INTEGER, 1, 10]) {
    expect(exchange(what, heard, stepBytes)).toMatchObject({ outcomes: [outcome], sent, loss: null, count: 0 });
  }
}

function padded(stream: number, padding: number, content: string, flags = 0): Uint8Array {
  const payload = Uint8Array.from([padding, ...Buffer.from(content), ...new Uint8Array(padding)]);
  return frame(FRAME_DATA, FLAG_PADDED | flags, stream, payload);
}

function ofLength(length: number | string): Uint8Array {
  return head(1, 200, false, ["content-length", String(length)]);
}

function repeated(count: number, bytes: Uint8Array): Uint8Array[] {
  return new Array<Uint8Array>(count).fill(bytes);
}

const TRAILERS = headers(1, fieldBlock(["x-checksum", "1"]), FLAG_END_STREAM);
/** Fields of 80 KB in a block of 4 KB. */
const FIELDS_TOO_LARGE = concatBytes([
  indexedField(8),
  insertedField("x", "y".repeat(4_000)),
  ...repeated(20, indexedField(62)),
]);

describe("Http2ClientSession reports an answer", () => {
  const rows: Exchange[] = [
    ["without content", GET, [head(1, 200, true)], "answered 7 200"],
    ["with content", GET, [head(1, 200, false), data(1, 10, false), data(1, 5, true)], "answered 7 200"],
    [
      "that ends with an empty frame",
      GET,
      [head(1, 200, false), data(1, 9, false), data(1, 0, true)],
      "answered 7 200",
    ],
    ["of nothing but an empty frame", GET, [head(1, 500, false), data(1, 0, true)], "answered 7 500"],
    ["with empty frames in it", GET, [head(1, 200, false), data(1, 0, false), data(1, 3, true)], "answered 7 200"],
    ["of the announced length", GET, [ofLength(15), data(1, 10, false), data(1, 5, true)], "answered 7 200"],
    ["of the announced length 0", GET, [head(1, 200, true, ["content-length", "0"])], "answered 7 200"],
    [
      "whose padding is no content",
      GET,
      [ofLength(5), padded(1, 7, "hel"), padded(1, 0, "lo"), padded(1, 255, "", FLAG_END_STREAM)],
      "answered 7 200",
    ],
    ["with trailers", GET, [head(1, 200, false), data(1, 10, false), TRAILERS], "answered 7 200"],
    ["with trailers and no content", GET, [head(1, 200, false), TRAILERS], "answered 7 200"],
    ["with trailers and the announced length", GET, [ofLength(10), data(1, 10, false), TRAILERS], "answered 7 200"],
    ["behind an interim one", GET, [head(1, 103, false, ["link", "</x>"]), head(1, 404, true)], "answered 7 404"],
    [
      "behind as many interim ones as are taken",
      GET,
      [...repeated(INTERIM_RESPONSES_MAX, head(1, 100, false)), head(1, 200, true)],
      "answered 7 200",
    ],
    ["to HEAD, whatever length it announces", HEAD, [head(1, 200, true, ["content-length", "99"])], "answered 7 200"],
    ["to HEAD with an empty frame", HEAD, [ofLength(99), data(1, 0, true)], "answered 7 200"],
    ["to HEAD of a length beyond all bounds", HEAD, [ofLength(99_999_999_999), TRAILERS], "answered 7 200"],
    ["304, whatever length it announces", GET, [head(1, 304, true, ["content-length", "99"])], "answered 7 304"],
    ["204, whatever length it announces", GET, [head(1, 204, true, ["content-length", "99"])], "answered 7 204"],
    [
      "between frames of extensions and priority",
      GET,
      [
        frame(0xbe, 0xff, 1, [1, 2]),
        frame(FRAME_PRIORITY, 0, 1, [0, 0, 0, 3, 9]),
        head(1, 200, false),
        frame(0xbe, 0, 0),
        frame(FRAME_PRIORITY, 0, 77, [0, 0, 0, 3, 9]),
        data(1, 1, true),
      ],
      "answered 7 200",
    ],
  ];
  test.each(rows)("%s", (_name, what, heard, outcome, sent) => expectExchange(what, heard, outcome, sent));

  test("with the bytes of its frames: headers, padding and trailers included", () => {
    const frames = [head(1, 103, false), head(1, 200, false), data(1, 10, false), padded(1, 9, "abc"), TRAILERS];
    for (const stepBytes of [Number.MAX_SAFE_INTEGER, 1, 4]) {
      expect(exchange(GET, frames, stepBytes).bytesIn).toBe(concatBytes(frames).length);
    }
  });

  test("with its first bytes when it does not come at once, and then only once", () => {
    const peer = new Conversation();
    peer.open(GET, 7, 8, 9, 10);
    peer.hear(concatBytes([head(1, 200, false), data(1, 5, false), head(3, 200, true), head(5, 103, false)]));
    expect(peer.outcomes()).toEqual(["answered 8 200", "began 7", "began 9"]);
    peer.hear(data(1, 5, false), head(5, 103, false));
    expect(peer.outcomes()).toEqual([]);
    peer.hear(concatBytes([head(5, 200, false), data(5, 1, false), data(1, 1, true), rstStream(5, 0)]));
    expect(peer.outcomes()).toEqual(["answered 7 200", "failed 9 stream_reset 0"]);
    // A slot that is used again begins again.
    peer.open(GET, 11, 12);
    peer.hear(head(9, 200, false), head(11, 200, false));
    expect(peer.outcomes()).toEqual(["began 11", "began 12"]);
  });

  test("with its first bytes, but never with those of the request that had its slot before", () => {
    const outcomes: string[] = [];
    const session: Http2ClientSession = new Http2ClientSession(0, 1, {
      began: (_, tag) => outcomes.push(`began ${tag}`),
      answered(_, tag) {
        outcomes.push(`answered ${tag}`);
        if (tag === 1) session.open(2, 0, GET);
      },
      streamFailed: (_, tag) => outcomes.push(`failed ${tag}`),
      returned: (_, tag) => outcomes.push(`returned ${tag}`),
    });
    session.open(1, 0, GET);
    const bytes = concatBytes([settings(), head(1, 103, false), head(1, 200, true)]);
    session.feed(bytes, 0, bytes.length);
    expect(outcomes).toEqual(["answered 1"]);
    expect(session.count).toBe(1);
  });

  test("of each stream, however their frames are mixed", () => {
    const peer = new Conversation();
    peer.open(GET, 1, 2, 3);
    const frames = [
      head(5, 203, false, ["content-length", "3"]),
      head(1, 201, false, ["content-length", "2"]),
      data(5, 1, false),
      data(1, 2, true),
      head(3, 202, true),
      data(5, 2, true),
    ];
    peer.hear(concatBytes(frames));
    expect(peer.outcomes()).toEqual(["answered 1 201", "answered 2 202", "answered 3 203"]);
    expect(peer.sent()).toEqual(["HEADERS 1 END_STREAM", "HEADERS 3 END_STREAM", "HEADERS 5 END_STREAM"]);
  });
});

describe("Http2ClientSession refuses an answer", () => {
  const RESET = ["RST_STREAM 1 PROTOCOL_ERROR"];
  const VIOLATION = "failed 7 protocol_violation 0";
  const rows: Exchange[] = [
    ["shorter than announced", GET, [ofLength(11), data(1, 10, true)], VIOLATION, RESET],
    ["that announces content and has none", GET, [ofLength(1), data(1, 0, true)], VIOLATION, RESET],
    ["that announces content and ends at once", GET, [head(1, 200, true, ["content-length", "1"])], VIOLATION, RESET],
    ["shorter than announced, with trailers", GET, [ofLength(11), data(1, 10, false), TRAILERS], VIOLATION, RESET],
    ["longer than announced", GET, [ofLength(9), data(1, 10, true)], VIOLATION, RESET],
    ["longer than announced, before its end", GET, [ofLength(9), data(1, 10, false)], VIOLATION, RESET],
    ["longer than the announced nothing", GET, [ofLength(0), data(1, 1, false)], VIOLATION, RESET],
    ["to HEAD with content", HEAD, [ofLength(5), data(1, 5, false)], VIOLATION, RESET],
    ["204 with content", GET, [head(1, 204, false), data(1, 1, false)], VIOLATION, RESET],
    ["304 with content", GET, [head(1, 304, false), data(1, 1, true)], VIOLATION, RESET],
    ["of content without a head", GET, [data(1, 5, true)], VIOLATION, RESET],
    ["of content behind an interim head", GET, [head(1, 103, false), data(1, 5, true)], VIOLATION, RESET],
    ["that ends with an interim head", GET, [head(1, 103, true)], VIOLATION, RESET],
    ["that switches protocols (RFC 9113, 8.6)", GET, [head(1, 101, false)], VIOLATION, RESET],
    [
      "with more interim ones than are taken",
      GET,
      repeated(INTERIM_RESPONSES_MAX + 1, head(1, 100, false)),
      VIOLATION,
      RESET,
    ],
    ["with a second head", GET, [head(1, 200, false), head(1, 200, true)], VIOLATION, RESET],
    [
      "with trailers that do not end it",
      GET,
      [head(1, 200, false), headers(1, fieldBlock(["x", ""]))],
      VIOLATION,
      RESET,
    ],
    [
      "with malformed trailers",
      GET,
      [head(1, 200, false), headers(1, fieldBlock(["X", "1"]), FLAG_END_STREAM)],
      VIOLATION,
      RESET,
    ],
    ["with a malformed field", GET, [head(1, 200, true, ["Server", "x"])], VIOLATION, RESET],
    ["without a status", GET, [headers(1, fieldBlock(["server", "x"]))], "failed 7 invalid_response 0", RESET],
    [
      "whose fields are more than are taken",
      GET,
      [headers(1, FIELDS_TOO_LARGE)],
      "failed 7 header_too_large 0",
      ["RST_STREAM 1 CANCEL"],
    ],
    [
      "that announces more than is taken",
      GET,
      [ofLength(BODY_BYTES_MAX + 1)],
      "failed 7 body_too_large 0",
      ["RST_STREAM 1 CANCEL"],
    ],
  ];
  test.each(rows)("%s", (_name, what, heard, outcome, sent) => expectExchange(what, heard, outcome, sent));

  test("that is longer than is taken, when that much has come", () => {
    const peer = new Conversation();
    peer.open(GET, 7);
    peer.hear(head(1, 200, false));
    const part = data(1, 16_384, false);
    // Fed where it lies: a gigabyte need not be copied.
    for (let sum = 0; sum < BODY_BYTES_MAX; sum += 16_384) peer.session.feed(part, 0, part.length);
    expect(peer.outcomes()).toEqual(["began 7"]);
    peer.sent();
    peer.hear(data(1, 1, false));
    expect(peer.outcomes()).toEqual(["failed 7 body_too_large 0"]);
    expect(peer.sent()).toEqual(["RST_STREAM 1 CANCEL"]);
  });

  test("and counts the bytes that came of it", () => {
    for (const frames of [
      [head(1, 200, true, ["Server", "x"])],
      [headers(1, FIELDS_TOO_LARGE)],
      [ofLength(9), data(1, 10, true)],
      [head(1, 200, false), headers(1, fieldBlock(["x", ""]))],
      [head(1, 200, false), rstStream(1, 2)],
    ]) {
      expect(exchange(GET, frames, 1_000_000).bytesIn).toBe(concatBytes(frames).length);
    }
  });

  test("and no other that is under way", () => {
    const peer = new Conversation();
    peer.open(GET, 1, 2);
    peer.hear(head(3, 200, false), head(1, 200, true, ["Server", "x"]), data(3, 5, true));
    expect(peer.outcomes()).toEqual(["began 2", "failed 1 protocol_violation 0", "answered 2 200"]);
    expect(peer.session).toMatchObject({ failure: 0, isLeaving: false, count: 0, room: 100 });
  });

  test("whose stream is over: what still comes of it is passed over", () => {
    const peer = new Conversation();
    peer.open(GET, 1, 2);
    peer.sent();
    peer.hear(
      head(1, 200, true, ["Server", "x"]),
      head(1, 200, false),
      data(1, 100, false),
      padded(1, 5, "x"),
      TRAILERS,
    );
    peer.hear(rstStream(1, 8), head(3, 200, true));
    expect(peer.outcomes()).toEqual(["failed 1 protocol_violation 0", "answered 2 200"]);
    expect(peer.sent()).toEqual(["RST_STREAM 1 PROTOCOL_ERROR"]);
    expect(peer.loss).toBeNull();
  });
});

describe("Http2ClientSession and RST_STREAM", () => {
  const rows: Exchange[] = [
    ["REFUSED_STREAM: the request was not looked at", GET, [rstStream(1, 7)], "failed 7 stream_refused 7"],
    ["before the answer", GET, [rstStream(1, 2)], "failed 7 stream_reset 2"],
    ["within the answer", GET, [ofLength(10), data(1, 5, false), rstStream(1, 11)], "failed 7 stream_reset 11"],
    ["behind an interim head", GET, [head(1, 103, false), rstStream(1, 13)], "failed 7 stream_reset 13"],
    ["without an error", GET, [rstStream(1, 0)], "failed 7 stream_reset 0"],
    ["with a code of 32 bits", GET, [rstStream(1, 0xffff_fffe)], "failed 7 stream_reset 4294967294"],
    ["behind the answer, which stands (RFC 9113, 8.1)", GET, [head(1, 200, true), rstStream(1, 0)], "answered 7 200"],
  ];
  test.each(rows)("%s", (_name, what, heard, outcome, sent) => expectExchange(what, heard, outcome, sent));
});

describe("Http2ClientSession and an answer before the request is whole", () => {
  /** A request of which only a part was sent. */
  function half(): Conversation {
    const peer = new Conversation(100, false);
    peer.hear(settings([4, 2]));
    peer.sent();
    peer.open(POST, 7);
    expect(peer.sent()).toEqual(["HEADERS 1", "DATA 1 2 bytes"]);
    return peer;
  }

  test("gives up the rest of the request and takes the answer (RFC 9113, 8.1)", () => {
    const peer = half();
    peer.hear(head(1, 413, true));
    expect(peer.outcomes()).toEqual(["answered 7 413"]);
    expect(peer.sent()).toEqual(["RST_STREAM 1 CANCEL"]);
    peer.hear(rstStream(1, 0));
    expect(peer.sent()).toEqual([]);
    expect(peer.loss).toBeNull();
  });

  test("goes on with the request while the answer is not complete", () => {
    const peer = half();
    peer.hear(head(1, 200, false), data(1, 3, false));
    peer.hear(frame(8, 0, 1, [0, 0, 0, 3]));
    expect(peer.sent()).toEqual(["DATA 1 END_STREAM 3 bytes"]);
    peer.hear(data(1, 3, true));
    expect(peer.outcomes()).toEqual(["began 7", "answered 7 200"]);
    expect(peer.sent()).toEqual([]);
  });

  test("sends nothing of it any more when the peer has reset it", () => {
    const peer = half();
    peer.hear(rstStream(1, 7), settings([4, 1_000]));
    expect(peer.sent()).toEqual(["SETTINGS 0 ACK"]);
    expect(peer.outcomes()).toEqual(["failed 7 stream_refused 7"]);
  });
});

describe("Http2ClientSession.cancel", () => {
  test("resets the stream, reports nothing, and passes over what comes late", () => {
    const peer = new Conversation();
    const slot = peer.open(GET, 7);
    peer.open(GET, 8);
    peer.hear(head(1, 200, false));
    expect(peer.outcomes()).toEqual(["began 7"]);
    peer.sent();
    peer.session.cancel(slot);
    expect(peer.sent()).toEqual(["RST_STREAM 1 CANCEL"]);
    expect(peer.session.count).toBe(1);
    peer.hear(data(1, 100, false), TRAILERS, head(3, 204, true));
    expect(peer.outcomes()).toEqual(["answered 8 204"]);
    expect(peer.loss).toBeNull();
  });

  test("in the middle of a frame: its rest is nobody's, also when the slot is used again", () => {
    const peer = new Conversation();
    const slot = peer.open(GET, 7);
    peer.hear(head(1, 200, false));
    const late = data(1, 1_000, true);
    peer.hear(late.subarray(0, 500));
    peer.session.cancel(slot);
    expect(peer.open(GET, 8)).toBe(slot);
    peer.hear(late.subarray(500), head(3, 200, true, ["content-length", "0"]));
    expect(peer.outcomes()).toEqual(["began 7", "answered 8 200"]);
  });

  test("in the middle of a header block: it is read to its end", () => {
    const peer = new Conversation();
    const slot = peer.open(GET, 7);
    const late = headers(1, insertedField(":status", "299"), FLAG_END_STREAM);
    peer.hear(late.subarray(0, 12));
    peer.session.cancel(slot);
    peer.open(GET, 8);
    peer.hear(late.subarray(12), headers(3, indexedField(62), FLAG_END_STREAM));
    expect(peer.outcomes()).toEqual(["answered 8 299"]);
  });

  test("of a request whose body is on its way stops the body", () => {
    const peer = new Conversation();
    const slot = peer.open(POST, 7);
    peer.session.cancel(slot);
    expect(peer.sent()).toEqual(["HEADERS 1", "RST_STREAM 1 CANCEL"]);
  });
});

describe("Http2ClientSession and GOAWAY", () => {
  /** Requests 1 to 4 on streams 1 to 7. */
  function busy(): Conversation {
    const peer = new Conversation();
    peer.open(GET, 1, 2, 3, 4);
    peer.sent();
    return peer;
  }

  test("without an error: streams above the last one are returned, the others finish", () => {
    const peer = busy();
    peer.hear(goaway(3, 0, "bye"));
    expect(peer.outcomes()).toEqual(["returned 3", "returned 4"]);
    expect(peer.session).toMatchObject({ isLeaving: true, room: 0, count: 2, failure: 0, error: 0 });
    peer.hear(head(3, 200, true), head(1, 200, false), data(1, 5, true));
    expect(peer.outcomes()).toEqual(["answered 2 200", "began 1", "answered 1 200"]);
    expect(peer.session.count).toBe(0);
    expect(peer.sent()).toEqual([]);
  });

  test("in two steps, the first of which names the highest stream (RFC 9113, 6.8)", () => {
    const peer = busy();
    peer.hear(goaway(STREAM_ID_MAX, 0));
    expect(peer.outcomes()).toEqual([]);
    expect(peer.session).toMatchObject({ isLeaving: true, room: 0, count: 4 });
    peer.hear(head(1, 200, true), ping(), goaway(5, 0));
    expect(peer.outcomes()).toEqual(["answered 1 200", "returned 4"]);
    peer.hear(head(3, 200, true), rstStream(5, 7));
    expect(peer.outcomes()).toEqual(["answered 2 200", "failed 3 stream_refused 7"]);
  });

  test("never raises the last stream again", () => {
    const peer = busy();
    peer.hear(goaway(1, 0), goaway(7, 0));
    expect(peer.outcomes()).toEqual(["returned 2", "returned 3", "returned 4"]);
    expect(peer.session.isLeaving).toBe(true);
  });

  test("that has seen nothing returns everything", () => {
    const peer = busy();
    peer.hear(goaway(0, 0));
    expect(peer.outcomes()).toEqual(["returned 1", "returned 2", "returned 3", "returned 4"]);
    expect(peer.session.count).toBe(0);
  });

  test("with an error: streams above the last one fail with it, the others may finish", () => {
    const peer = busy();
    peer.hear(goaway(3, 11, "calm down"));
    expect(peer.outcomes()).toEqual(["failed 3 goaway 11", "failed 4 goaway 11"]);
    expect(peer.session).toMatchObject({ isLeaving: true, failure: 0, error: 11, count: 2 });
    peer.hear(head(1, 200, true));
    expect(peer.outcomes()).toEqual(["answered 1 200"]);
  });

  test("with an error behind one without", () => {
    const peer = busy();
    peer.hear(goaway(STREAM_ID_MAX, 0), goaway(1, 2));
    expect(peer.outcomes()).toEqual(["failed 2 goaway 2", "failed 3 goaway 2", "failed 4 goaway 2"]);
  });

  test("stops the bodies of what it returns", () => {
    const peer = new Conversation();
    peer.open(POST, 1, 2);
    peer.sent(NO_DATA);
    peer.hear(goaway(1, 0));
    expect(peer.sent()).toEqual(["DATA 1 END_STREAM 5 bytes"]);
  });

  test("leaves late frames of returned streams without effect", () => {
    const peer = busy();
    peer.hear(goaway(1, 0), head(7, 200, true), data(5, 10, true), rstStream(3, 7));
    expect(peer.outcomes()).toEqual(["returned 2", "returned 3", "returned 4"]);
    expect(peer.loss).toBeNull();
  });
});

describe("Http2ClientSession.abandon", () => {
  test("fails everything that is open, with what the connection was lost for", () => {
    const peer = new Conversation();
    peer.open(GET, 1, 2);
    peer.open(POST, 3);
    peer.hear(head(3, 200, true), head(1, 200, false), data(1, 10, false));
    peer.outcomes();
    peer.session.abandon(FAILURE_CODES.connection_reset, 104);
    expect(peer.outcomes()).toEqual(["failed 1 connection_reset 104", "failed 3 connection_reset 104"]);
    expect(peer.bytesIn.get(1)).toBe(head(1, 200, false).length + 19);
    expect(peer.session.count).toBe(0);
    expect(peer.sent()).toEqual(["HEADERS 1 END_STREAM", "HEADERS 3 END_STREAM", "HEADERS 5"]);
  });
});

describe("Http2ClientSession begins", () => {
  test("with the preface, its settings and the window of the connection", () => {
    const peer = new Conversation(100, false);
    const { out } = peer.session;
    expect(latin1Decode(out.bytes, 0, CLIENT_PREFACE.length)).toBe("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
    expect(peer.sent()).toEqual(["SETTINGS 0 2=0 4=8388608 6=65536", "WINDOW_UPDATE 0 +67043329"]);
  });

  test("with one request at a time, until it knows the peer's settings", () => {
    const peer = new Conversation(100, false);
    expect(peer.session.room).toBe(1);
    peer.open(POST, 7);
    expect(peer.session.room).toBe(0);
    expect(peer.sent().slice(2)).toEqual(["HEADERS 1", "DATA 1 END_STREAM 5 bytes"]);
    peer.hear(settings([3, 5]));
    expect(peer.session.room).toBe(4);
    expect(peer.sent()).toEqual(["SETTINGS 0 ACK"]);
    peer.hear(head(1, 200, true));
    expect(peer.outcomes()).toEqual(["answered 7 200"]);
  });

  test("and takes settings with a first frame that says nothing", () => {
    const peer = new Conversation(100, false);
    peer.hear(settings());
    expect(peer.session.room).toBe(100);
  });
});

describe("Http2ClientSession and the frames of a connection", () => {
  test("acknowledges every SETTINGS, in its turn, and no acknowledgement", () => {
    const peer = new Conversation();
    peer.hear(SETTINGS_ACK, settings([1, 100]), ping("abcdefgh"), settings(), SETTINGS_ACK);
    expect(peer.sent()).toEqual(["SETTINGS 0 ACK", "PING 0 ACK abcdefgh", "SETTINGS 0 ACK"]);
  });

  test("answers PING with its payload, and no answer to one", () => {
    const peer = new Conversation();
    peer.hear(ping("\0\xff345678"), ping("87654321", FLAG_ACK), ping("xxxxxxxx", 0xfe));
    expect(peer.sent()).toEqual(["PING 0 ACK \0\xff345678", "PING 0 ACK xxxxxxxx"]);
  });

  test("heeds a peer that lowers and raises the number of streams", () => {
    const peer = new Conversation(10);
    expect(peer.session.room).toBe(10);
    peer.open(GET, 1, 2, 3, 4);
    peer.hear(settings([3, 2]));
    expect(peer.session).toMatchObject({ room: 0, count: 4, isLeaving: false });
    peer.hear(head(1, 200, true), head(3, 200, true));
    expect(peer.session).toMatchObject({ room: 0, count: 2 });
    peer.hear(head(5, 200, true));
    expect(peer.session.room).toBe(1);
    peer.hear(settings([3, 0]));
    expect(peer.session.room).toBe(0);
    peer.hear(settings([3, 1_000_000]));
    expect(peer.session.room).toBe(9);
  });

  test("asserts against a request where there is no room", () => {
    const peer = new Conversation(1);
    peer.open(GET, 1);
    expect(() => peer.open(GET, 2)).toThrow(BugError);
  });
});
