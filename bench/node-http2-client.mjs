/**
 * The plainest HTTP/2 client that Node offers, as a peer: `node node-http2-client.mjs <url> <connections> <streams>
 * <seconds>` keeps so many streams busy on each connection, and prints how many requests were answered with 200.
 */
import { connect } from "node:http2";

const [url, connections, streams, seconds] = process.argv.slice(2);
const startedAtMs = performance.now();
const untilMs = startedAtMs + 1_000 * Number(seconds);
let requests = 0;
let open = connections * streams;

function send(session) {
  const stream = session.request({ ":path": "/" });
  stream.on("response", (head) => {
    if (head[":status"] !== 200) throw new Error(`status ${head[":status"]}`);
  });
  stream.on("end", () => {
    requests++;
    if (performance.now() < untilMs) send(session);
    else if (--open === 0) finish();
  });
  stream.resume();
}

function finish() {
  console.log(JSON.stringify({ requests, seconds: (performance.now() - startedAtMs) / 1_000 }));
  process.exit();
}

for (let connection = 0; connection < connections; connection++) {
  const session = connect(url);
  session.on("connect", () => {
    for (let stream = 0; stream < streams; stream++) send(session);
  });
}
