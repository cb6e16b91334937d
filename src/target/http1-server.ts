/** The server of all connections that speak HTTP/1.1, over TCP or TLS alike. It does not listen: the door does. */
import { createServer } from "node:http";
import type { Socket } from "node:net";
import { REQUEST_HEAD_BYTES_MAX, REQUEST_HEADERS_MAX } from "./bounds.ts";
import type { Connection } from "./connections.ts";
import { dispatch } from "./dispatch.ts";
import { Http1Carrier } from "./http1-carrier.ts";
import type { TargetState } from "./state.ts";

/** No connection is ever closed for being idle or slow: when one closes, a route or the client wanted it. */
const PATIENT = { keepAliveTimeout: 0, headersTimeout: 0, requestTimeout: 0, maxHeaderSize: REQUEST_HEAD_BYTES_MAX };

/** What takes over a connection on which nothing has been read yet. */
export function http1Server(state: TargetState): (connection: Connection) => void {
  const connections = new WeakMap<Socket, Connection>();
  const server = createServer(PATIENT, (request, response) => {
    const connection = connections.get(request.socket)!;
    // Pipelined behind a request that is the last: the connection closes after the answer to that one.
    if (connection.closing) request.resume();
    else dispatch(state, connection, new Http1Carrier(connection, request, response));
  });
  server.maxHeadersCount = REQUEST_HEADERS_MAX;
  return (connection) => {
    connections.set(connection.stream, connection);
    server.emit("connection", connection.stream);
  };
}
