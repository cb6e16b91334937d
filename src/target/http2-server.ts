/**
 * The server of all connections that speak HTTP/2, over TCP or TLS alike. It does not listen: the door does. It uses
 * Node's stream API; the one that looks like HTTP/1.1 takes a quarter more processor time per request.
 */
import { createServer, type ServerOptions } from "node:http2";
import {
  HTTP2_CONNECTION_WINDOW_BYTES,
  HTTP2_SESSION_MEMORY_MB_MAX,
  HTTP2_STREAM_WINDOW_BYTES,
  REQUEST_HEAD_BYTES_MAX,
  REQUEST_HEADERS_MAX,
} from "./bounds.ts";
import type { Connection } from "./connections.ts";
import { dispatch } from "./dispatch.ts";
import { Http2Carrier } from "./http2-carrier.ts";
import type { TargetState } from "./state.ts";

const UINT32_MAX = 0xffff_ffff;

/** Node guards its servers against hostile clients; a load tester looks like one, and must not be cut off for it. */
const UNGUARDED = {
  // 10 MB by default: some 15,000 open streams; a hundred more (maxSessionRejectedStreams) are refused, then it ends.
  maxSessionMemory: HTTP2_SESSION_MEMORY_MB_MAX,
  // 1000 by default, then the session ends; each stream beyond maxConcurrentStreams counts as an invalid frame.
  maxSessionInvalidFrames: UINT32_MAX,
  // 128 by default, where Node's HTTP/1.1 takes a thousand.
  maxHeaderListPairs: REQUEST_HEADERS_MAX,
  // By default the session ends after 1000 cancelled requests, and 33 a second. Node 20 lacks these two: there it does.
  streamResetBurst: UINT32_MAX,
  streamResetRate: UINT32_MAX,
};

/** What takes over a connection on which nothing has been read yet. */
export function http2Server(state: TargetState): (connection: Connection) => void {
  const { maxConcurrentStreams } = state.settings;
  const options: ServerOptions = {
    ...UNGUARDED,
    settings: {
      maxHeaderListSize: REQUEST_HEAD_BYTES_MAX,
      // 64 KiB by default, and then an upload stops for a round trip.
      initialWindowSize: HTTP2_STREAM_WINDOW_BYTES,
      ...(maxConcurrentStreams === null ? {} : { maxConcurrentStreams }),
    },
  };
  const server = createServer(options);
  return (connection) => {
    // Else a client that only ends its own half would leave the session behind.
    connection.stream.allowHalfOpen = false;
    server.once("session", (session) => {
      session.setLocalWindowSize(HTTP2_CONNECTION_WINDOW_BYTES);
      session.on("stream", (stream, headers) => {
        // A stream that either side resets ends in an error; its "close" settles the request.
        stream.on("error", () => {});
        const carrier = new Http2Carrier(connection, session, stream, headers);
        if (headers.expect === "100-continue" && !carrier.gone) stream.additionalHeaders({ ":status": 100 });
        dispatch(state, connection, carrier);
      });
    });
    server.emit("connection", connection.stream);
  };
}
