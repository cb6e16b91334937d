/**
 * The messages of one shard that differ from one sending to the next. The engine has one rendered when it issues it, and
 * takes hash and length; the client takes the bytes, which stay what they are until the user's next request.
 *
 * Where nothing is sent, in a replay or a simulation, no bytes are kept.
 */
import { assert } from "../base/assert.ts";
import type { Messages } from "../model/ports.ts";
import type { Scenario } from "../model/scenario.ts";
import type { Http2Request } from "../protocol/http2/request.ts";
import { compile, type MessageForm } from "./compile.ts";
import { DataRows } from "./data-rows.ts";
import { Renderer } from "./renderer.ts";
import { isDynamic, requestText } from "./request-text.ts";
import { Variables } from "./variables.ts";

export interface MessagesPlan {
  readonly scenario: Scenario;
  /** Unsigned 64-bit decimal. */
  readonly seed: string;
  /** Users alive at once in the shard. */
  readonly places: number;
  /** Whether what is rendered will be sent. */
  readonly sends: boolean;
}

/** Of one place: its latest message. */
interface Sending {
  form: MessageForm;
  bytes: Uint8Array;
  length: number;
  headLength: number;
  /** Bytes of secrets that are not known here. */
  missing: number;
  readonly starts: number[];
  readonly ends: number[];
}

/** Of a place; more when its first message needs more. */
const BYTES_AT_START = 256;

export class UserMessages implements Messages {
  hash = 0;
  bytes = 0;
  readonly #targets: number;
  readonly #sends: boolean;
  /** By request * targets + target; null for requests that are fixed, and for targets that they are not sent to. */
  readonly #forms: readonly (MessageForm | null)[];
  readonly #variables: Variables;
  readonly #rows: DataRows;
  readonly #renderer: Renderer;
  /** By place, from its first message on. */
  readonly #sendings: (Sending | undefined)[];

  constructor({ scenario, seed, places, sends }: MessagesPlan) {
    const { requests, targets } = scenario;
    this.#targets = targets.length;
    this.#sends = sends;
    this.#forms = requests.flatMap((request) =>
      targets.map((target, index) => {
        if (request.target !== null && request.target !== index) return null;
        const text = requestText(request, target);
        return isDynamic(text) ? compile(text) : null;
      }),
    );
    this.#variables = new Variables(scenario, places);
    this.#rows = new DataRows(scenario, seed, places);
    this.#renderer = new Renderer(scenario, seed, this.#variables, this.#rows);
    this.#sendings = new Array<Sending | undefined>(places).fill(undefined);
  }

  render(place: number, identity: number, iteration: number, position: number, request: number, target: number): void {
    const form = this.#forms[request * this.#targets + target];
    assert(form !== null && form !== undefined, "only what differs from one sending to the next is rendered");
    if (this.#sends) this.#send(place, form, identity, iteration, position);
    else this.#renderer.render(form, place, identity, iteration, position);
    this.hash = this.#renderer.out.hash();
    this.bytes = this.#renderer.bytes;
  }

  useRow(place: number, set: number, row: number): void {
    this.#rows.useRow(place, set, row);
  }

  capture(place: number, capture: number, flags: number, text: Uint8Array): void {
    this.#variables.capture(place, capture, flags, text);
  }

  breakRule(place: number, rule: number): void {
    this.#variables.breakRule(place, rule);
  }

  /** A secret that a response gave, before `capture` is told of its shadow. It goes nowhere but into requests. */
  keepSecret(place: number, capture: number, value: string): void {
    this.#variables.keepSecret(place, capture, value);
  }

  forget(place: number): void {
    this.#variables.forget(place);
  }

  /** The memory in which the user's latest message lies: [0, lengthOf(place)) is its HTTP/1.1 form. */
  bufferOf(place: number): Uint8Array {
    return this.#sending(place).bytes;
  }

  lengthOf(place: number): number {
    return this.#sending(place).length;
  }

  /** Bytes of request line and fields, the empty line included: further fields would go 2 bytes before that. */
  headLengthOf(place: number): number {
    return this.#sending(place).headLength;
  }

  /** The user's latest message for HTTP/2; the object is valid until the next call, its body as long as the message. */
  http2Of(place: number): Http2Request {
    const { form, bytes, length, headLength, starts, ends } = this.#sending(place);
    assert(form.http2 !== null, "the target may speak HTTP/2");
    const { fields, toHead } = form.http2;
    const body = headLength < length ? bytes.subarray(headLength, length) : null;
    return { fields, toHead, body, values: { bytes, starts, ends } };
  }

  #sending(place: number): Sending {
    const sending = this.#sendings[place];
    assert(sending !== undefined, "a message is sent when it was rendered");
    assert(sending.missing === 0, "a message is sent by whoever knows its secrets");
    return sending;
  }

  /** Renders into the memory that the place has. */
  #send(place: number, form: MessageForm, identity: number, iteration: number, position: number): void {
    const renderer = this.#renderer;
    const { out } = renderer;
    let sending = this.#sendings[place];
    if (sending === undefined) {
      const bytes = new Uint8Array(BYTES_AT_START);
      sending = { form, bytes, length: 0, headLength: 0, missing: 0, starts: [], ends: [] };
      this.#sendings[place] = sending;
    }
    out.bytes = sending.bytes;
    renderer.render(form, place, identity, iteration, position);
    sending.form = form;
    sending.bytes = out.bytes;
    sending.length = out.length;
    sending.missing = out.missing;
    sending.headLength = renderer.headLength;
    const values = form.http2?.values ?? 0;
    for (let i = 0; i < values; i++) {
      sending.starts[i] = renderer.starts[i]!;
      sending.ends[i] = renderer.ends[i]!;
    }
  }
}
