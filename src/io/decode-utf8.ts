/** Text of what a peer sent, as the Encoding Standard decodes it. */
import type { DecodeUtf8 } from "../model/ports.ts";

const DECODER = new TextDecoder("utf-8");

export const decodeUtf8: DecodeUtf8 = (bytes) => DECODER.decode(bytes);
