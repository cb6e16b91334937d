/** A tap that keeps all it is given, for tests of the codecs. */
import { type ResponseTap, WantedFields } from "../../src/protocol/response-tap.ts";

export class RecordingTap implements ResponseTap {
  readonly wanted: WantedFields;
  readonly fields: [name: string, value: string][] = [];
  #content: number[] = [];

  /** @param names of fields, in lower case. */
  constructor(names: readonly string[]) {
    this.wanted = new WantedFields(names);
  }

  field(index: number, value: string): void {
    this.fields.push([this.wanted.names[index]!, value]);
  }

  content(bytes: Uint8Array, start: number, end: number): void {
    for (let at = start; at < end; at++) this.#content.push(bytes[at]!);
  }

  get bytes(): number[] {
    return this.#content;
  }
}
