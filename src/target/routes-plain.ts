/** Routes that answer at once and well: fixed answers, sizes, statuses, echo. */
import { isUtf8 } from "node:buffer";
import { BODY_BYTES_MAX, ECHO_BYTES_MAX } from "./bounds.ts";
import { CHANCE } from "./chances.ts";
import { BYTES_TYPE, type Exchange, JSON_TYPE, TEXT } from "./exchange.ts";
import { fillerPieces } from "./filler.ts";
import { pour } from "./pour.ts";

const ROOT_BODY = '{"status":"ok"}\n';

/** `/`: a small fixed answer, or what the server's options make of it. Two draws each time, used or not. */
export function root(exchange: Exchange): void {
  const { chances, settings } = exchange.state;
  const dropped = chances.hits(settings.seed, CHANCE.rootDrop, settings.dropRatio);
  const failed = chances.hits(settings.seed, CHANCE.rootError, settings.errorRatio);
  const respond = () => {
    if (dropped) {
      exchange.whenThawed(() => {
        exchange.lose("dropped_before");
        exchange.carrier.drop("reset");
      });
    } else if (failed) {
      exchange.answer(500, JSON_TYPE, '{"status":"error"}\n');
    } else {
      exchange.answer(200, JSON_TYPE, ROOT_BODY);
    }
  };
  if (settings.delayNs === 0) {
    respond();
  } else {
    exchange.timed = true;
    exchange.wait(settings.delayNs, respond);
  }
}

/** `/bytes/:n`: exactly n bytes of body. */
export function bytes(exchange: Exchange): void {
  const bodyBytes = exchange.params.integer("n", { min: 0, max: BODY_BYTES_MAX, fallback: null });
  exchange.whenThawed(() => {
    if (!exchange.begin({ "content-type": BYTES_TYPE, "content-length": bodyBytes })) return;
    pour(exchange.carrier.body, fillerPieces(bodyBytes), () => exchange.finish());
  });
}

/** `/status/:code`: that status. */
export function status(exchange: Exchange): void {
  const code = exchange.params.integer("code", { min: 200, max: 599, fallback: null });
  exchange.answer(code, TEXT, `status ${code}\n`);
}

/** `/echo`: what was received, as JSON. */
export function echo(exchange: Exchange): void {
  const { body, carrier } = exchange;
  if (body === null) {
    exchange.answer(413, TEXT, `the body is larger than ${ECHO_BYTES_MAX} bytes\n`);
    return;
  }
  const encoding = isUtf8(body) ? "text" : "base64";
  const echoed = {
    method: carrier.method,
    url: carrier.url,
    http_version: carrier.httpVersion,
    headers: carrier.headers,
    body: Buffer.from(body).toString(encoding === "text" ? "utf8" : "base64"),
    body_encoding: encoding,
    body_bytes: body.length,
  };
  exchange.answer(200, JSON_TYPE, JSON.stringify(echoed));
}

/** `/close`: a good answer, and the connection is closed after it. */
export function close(exchange: Exchange): void {
  exchange.carrier.closeAfterAnswer();
  exchange.answer(200, TEXT, "closing\n");
}
