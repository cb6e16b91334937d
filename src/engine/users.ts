/** What the engine knows of the users of its shard, by place; struct of arrays. */
import { Timers } from "../base/timers.ts";

export const ABSENT = 0;
export const WAITING = 1;
export const IN_FLIGHT = 2;
/** It has done its work, or gave up: the schedule does not bring it back. */
export const GONE = 3;

export class Users {
  readonly state: Uint8Array;
  /** Index of its group. */
  readonly crowd: Uint16Array;
  /** When it is or was ready for the request that comes next, or that is under way. */
  readonly readyAtNs: Float64Array;
  /** While waiting: when it is ready. In flight: its deadline. */
  readonly timers: Timers;
  /** Iterations that it has ended. */
  readonly iterations: Uint32Array;
  /** The flow of the iteration under way. */
  readonly flow: Uint16Array;
  readonly step: Uint16Array;
  readonly repeat: Uint32Array;
  /** Requests issued in the iteration under way; 0 between two iterations. */
  readonly position: Uint32Array;
  /** The request issued last. */
  readonly request: Uint16Array;

  constructor(places: number) {
    this.state = new Uint8Array(places);
    this.crowd = new Uint16Array(places);
    this.readyAtNs = new Float64Array(places);
    this.timers = new Timers(places);
    this.iterations = new Uint32Array(places);
    this.flow = new Uint16Array(places);
    this.step = new Uint16Array(places);
    this.repeat = new Uint32Array(places);
    this.position = new Uint32Array(places);
    this.request = new Uint16Array(places);
  }
}
