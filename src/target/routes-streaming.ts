/** Routes whose body comes in chunks, at once or over time. */
import { CHUNK_BYTES_MAX, CHUNKS_MAX } from "./bounds.ts";
import { BYTES_TYPE, type Exchange } from "./exchange.ts";
import { filler } from "./filler.ts";

/** `/chunked?chunks=5&bytes=100`: that many chunks of that many bytes, as fast as the client reads. */
export function chunked(exchange: Exchange): void {
  sendChunks(exchange, chunkCount(exchange, 5), chunkBytes(exchange, 100), 0);
}

/** `/stream?chunks=10&bytes=1000&interval=50`: the same with a pause, in ms, between chunks. */
export function stream(exchange: Exchange): void {
  const intervalNs = exchange.params.ms("interval", 50);
  sendChunks(exchange, chunkCount(exchange, 10), chunkBytes(exchange, 1_000), intervalNs);
}

function chunkCount(exchange: Exchange, fallback: number): number {
  return exchange.params.integer("chunks", { min: 1, max: CHUNKS_MAX, fallback });
}

function chunkBytes(exchange: Exchange, fallback: number): number {
  return exchange.params.integer("bytes", { min: 1, max: CHUNK_BYTES_MAX, fallback });
}

/** A stall of the server holds up every chunk, not only the first. */
function sendChunks(exchange: Exchange, chunks: number, bytesPerChunk: number, intervalNs: number): void {
  const { body } = exchange.carrier;
  const chunk = filler(bytesPerChunk);
  let left = chunks;
  const send = () => {
    left--;
    const flowing = body.write(chunk);
    if (left === 0) {
      exchange.finish();
      return;
    }
    const pause = () => exchange.wait(intervalNs, () => exchange.whenThawed(send));
    if (flowing) pause();
    else body.once("drain", pause);
  };
  exchange.whenThawed(() => {
    if (exchange.begin({ "content-type": BYTES_TYPE })) send();
  });
}
